package dev.studybuddy.local.mongo;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.IndexedBackend;
import dev.studybuddy.local.program.Lifetime;
import dev.studybuddy.local.program.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the server: {@code --port=27017} and {@code --data=<folder>}. Without a folder, it keeps everything in memory.
 */
public final class MongoStandIn {

    private static final Logger log = LoggerFactory.getLogger(MongoStandIn.class);

    private MongoStandIn() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Options options = Options.parse(arguments, "port", "data", Lifetime.READY_FILE, Lifetime.END_WITH_STDIN);
        int port = options.port("port");
        Lifetime.endWithStarter(options);

        MongoServer server = new MongoServer(backend(options));
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "stop-mongo"));
        server.bind("127.0.0.1", port);
        Lifetime.reportReady(options);
        log.atInfo().addKeyValue("port", port).log("The MongoDB stand-in is ready");
        new CountDownLatch(1).await();
    }

    private static IndexedBackend backend(Options options) throws IOException {
        if (!options.has("data")) {
            return IndexedBackend.inMemory();
        }
        Path data = options.path("data");
        Files.createDirectories(data);
        return IndexedBackend.inFile(
                data.resolve("store.mv"), () -> Runtime.getRuntime().halt(1));
    }
}
