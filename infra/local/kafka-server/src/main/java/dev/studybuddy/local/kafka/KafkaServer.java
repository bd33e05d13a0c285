package dev.studybuddy.local.kafka;

import dev.studybuddy.local.program.Lifetime;
import dev.studybuddy.local.program.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program: {@code --port=9092 --controller-port=9093 --data=<folder>}. Listens on loopback only. */
public final class KafkaServer {

    private static final Logger log = LoggerFactory.getLogger(KafkaServer.class);

    private KafkaServer() {}

    public static void main(String[] arguments) throws IOException {
        Options options = Options.parse(
                arguments, "port", "controller-port", "data", Lifetime.READY_FILE, Lifetime.END_WITH_STDIN);
        int port = options.port("port");
        Path data = options.path("data");
        Lifetime.endWithStarter(options);

        Properties settings = BrokerSettings.of(port, options.port("controller-port"), data.resolve("log"));
        formatWhereNew(data, settings);
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
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

    private static void formatWhereNew(Path data, Properties settings) throws IOException {
        Files.createDirectories(data);
        if (Files.exists(data.resolve("log/meta.properties"))) {
            return;
        }
        Path file = data.resolve("server.properties");
        try (var writer = Files.newBufferedWriter(file)) {
            settings.store(writer, null);
        }
        int code = StorageTool.execute(
                new String[] {
                    "format", "-c", file.toString(), "-t", Uuid.randomUuid().toString(), "--ignore-formatted"
                },
                System.out);
        if (code != 0) {
            throw new IOException("formatting " + data + " failed with code " + code);
        }
    }
}
