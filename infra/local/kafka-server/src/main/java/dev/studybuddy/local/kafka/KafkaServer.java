package dev.studybuddy.local.kafka;

import dev.studybuddy.local.program.Lifetime;
import dev.studybuddy.local.program.Options;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the broker: {@code --port=9092 --controller-port=9093 --data=<folder>}. It listens on loopback only.
 *
 * <p>{@code --settings=<file>} names a file of broker settings that override the built-in ones, for example a secured
 * listener, or the node id and the voters of a cluster. All brokers of a cluster have the same {@code --cluster-id}.
 * {@code --scram-users=anna:secret,ben:secret} creates users of SCRAM-SHA-256 when the folder is formatted.
 */
public final class KafkaServer {

    private static final Logger log = LoggerFactory.getLogger(KafkaServer.class);

    private KafkaServer() {}

    public static void main(String[] arguments) throws IOException {
        Options options = Options.parse(
                arguments,
                "port",
                "controller-port",
                "data",
                "settings",
                "scram-users",
                "cluster-id",
                Lifetime.READY_FILE,
                Lifetime.END_WITH_STDIN);
        int port = options.port("port");
        Path data = options.path("data");
        Lifetime.endWithStarter(options);

        Path logFolder = data.resolve("log");
        Properties settings = BrokerSettings.of(port, options.port("controller-port"), logFolder);
        if (options.has("settings")) {
            try (Reader reader = Files.newBufferedReader(options.path("settings"))) {
                settings.load(reader);
            }
        }
        KafkaConfig config = new KafkaConfig(settings, false);
        String clusterId =
                options.get("cluster-id").orElseGet(() -> Uuid.randomUuid().toString());
        formatIfNew(
                logFolder,
                Integer.parseInt(settings.getProperty("node.id")),
                clusterId,
                ScramUsers.parse(options.get("scram-users").orElse("")));
        KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "stop-kafka"));
        server.startup();
        Lifetime.reportReady(options);
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
     *
     * @param scramUsers the users to create, in the form of Kafka's own format command
     */
    static void formatIfNew(Path logFolder, int nodeId, String clusterId, List<String> scramUsers) throws IOException {
        Files.createDirectories(logFolder);
        if (Files.exists(logFolder.resolve("meta.properties"))) {
            return;
        }
        try {
            // Kafka's own command needs a settings file, in which commas and non-ASCII letters of the path would be
            // misread.
            new Formatter()
                    .setPrintStream(System.out)
                    .setNodeId(nodeId)
                    .setClusterId(clusterId)
                    .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
                    .setMetadataLogDirectory(logFolder.toString())
                    .setDirectories(List.of(logFolder.toString()))
                    .setIgnoreFormatted(true)
                    .setScramArguments(scramUsers)
                    .run();
        } catch (Exception e) {
            throw new IOException("Kafka cannot format the folder " + logFolder, e);
        }
    }
}
