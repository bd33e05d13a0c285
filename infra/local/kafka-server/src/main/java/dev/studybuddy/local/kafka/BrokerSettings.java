package dev.studybuddy.local.kafka;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.Properties;

/** Builds the settings of a single small broker that starts fast and registers again soon after it was killed. */
final class BrokerSettings {

    static final int NODE_ID = 1;
    static final String CONTROLLER_LISTENER = "CONTROLLER";

    /**
     * The session timeout is short because a killed broker can register again only after its old session has expired.
     * The authorizer denies nothing until a client creates an ACL.
     */
    private static final String FIXED = """
            process.roles=broker,controller
            listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
            auto.create.topics.enable=false
            default.replication.factor=1
            min.insync.replicas=1
            broker.session.timeout.ms=3000
            broker.heartbeat.interval.ms=500
            offsets.topic.replication.factor=1
            offsets.topic.num.partitions=4
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            transaction.state.log.num.partitions=4
            share.coordinator.state.topic.replication.factor=1
            share.coordinator.state.topic.min.isr=1
            share.coordinator.state.topic.num.partitions=4
            group.initial.rebalance.delay.ms=0
            group.consumer.heartbeat.interval.ms=300
            group.consumer.min.heartbeat.interval.ms=300
            group.consumer.session.timeout.ms=10000
            group.consumer.min.session.timeout.ms=10000
            authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
            allow.everyone.if.no.acl.found=true
            log.cleaner.dedupe.buffer.size=4194304
            """;

    /** This setting names the folders that hold the broker's records. */
    static final String LOG_FOLDERS = "log.dirs";

    private BrokerSettings() {}

    /**
     * Returns the settings of a broker that keeps its records in the given folder.
     *
     * @throws IllegalArgumentException if Kafka cannot use the path of the folder
     */
    static Properties of(int port, int controllerPort, Path logFolder) throws IOException {
        return of(port, controllerPort, logFolder, Path.of("").toAbsolutePath());
    }

    static Properties of(int port, int controllerPort, Path logFolder, Path workingFolder) throws IOException {
        Properties settings = new Properties();
        settings.load(new StringReader(FIXED));
        settings.setProperty("node.id", Integer.toString(NODE_ID));
        settings.setProperty("controller.listener.names", CONTROLLER_LISTENER);
        settings.setProperty("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        settings.setProperty(
                "listeners",
                "PLAINTEXT://127.0.0.1:" + port + "," + CONTROLLER_LISTENER + "://127.0.0.1:" + controllerPort);
        settings.setProperty("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        settings.setProperty(LOG_FOLDERS, withoutComma(logFolder, workingFolder));
        return settings;
    }

    /**
     * Returns a path of the folder that contains no comma. Kafka splits {@code log.dirs} at each comma and has no
     * escape for it. A list instead of a text does not help, because Kafka joins the list with commas when the
     * configuration of a broker changes.
     */
    private static String withoutComma(Path folder, Path workingFolder) {
        if (!folder.toString().contains(",")) {
            return folder.toString();
        }
        String relative = workingFolder.relativize(folder).toString();
        if (relative.contains(",")) {
            throw new IllegalArgumentException("Kafka cannot use the folder " + folder
                    + " because its path contains a comma; start it in a folder below that comma");
        }
        return relative;
    }
}
