package dev.studybuddy.local.kafka;

import dev.studybuddy.local.program.Lifetime;
import dev.studybuddy.local.program.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the broker: {@code --port=9092 --controller-port=9093 --data=<folder>}. It listens on loopback only. */
public final class KafkaServer {

    private static final Logger log = LoggerFactory.getLogger(KafkaServer.class);

    private KafkaServer() {}

    public static void main(String[] arguments) throws IOException {
        Options options = Options.parse(
                arguments, "port", "controller-port", "data", Lifetime.READY_FILE, Lifetime.END_WITH_STDIN);
        int port = options.port("port");
        Path data = options.path("data");
        Lifetime.endWithStarter(options);

        Path logFolder = data.resolve("log");
        formatIfNew(logFolder);
        KafkaConfig config =
                new KafkaConfig(BrokerSettings.of(port, options.port("controller-port"), logFolder), false);
        KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "stop-kafka"));
        server.startup();
        Lifetime.ready(options);
        log.atInfo().addKeyValue("port", port).addKeyValue("data", data).log("Kafka is ready");
        server.awaitShutdown();
    }

    private static void stop(KafkaRaftServer server) {
        server.shutdown();
        server.awaitShutdown();
    }

    /**
     * Formats the folder unless it is already formatted. If an earlier call was interrupted, this call completes its
     * work.
     */
    static void formatIfNew(Path logFolder) throws IOException {
        Files.createDirectories(logFolder);
        if (Files.exists(logFolder.resolve("meta.properties"))) {
            return;
        }
        try {
            // Kafka's own command needs a settings file, in which commas and non-ASCII letters of the path would be
            // misread.
            new Formatter()
                    .setPrintStream(System.out)
                    .setNodeId(BrokerSettings.NODE_ID)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
                    .setMetadataLogDirectory(logFolder.toString())
                    .setDirectories(List.of(logFolder.toString()))
                    .setIgnoreFormatted(true)
                    .run();
        } catch (Exception e) {
            throw new IOException("Kafka cannot format the folder " + logFolder, e);
        }
    }
}
