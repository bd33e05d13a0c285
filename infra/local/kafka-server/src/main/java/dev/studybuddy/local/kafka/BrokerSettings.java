package dev.studybuddy.local.kafka;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.Properties;

/** The settings of a single broker that is small, starts soon, and comes back soon after it was killed. */
final class BrokerSettings {

    /**
     * The session timeout: a killed broker registers again only when its old session has expired. The authorizer denies
     * nothing until somebody makes an ACL.
     */
    private static final String FIXED = """
            process.roles=broker,controller
            node.id=1
            controller.listener.names=CONTROLLER
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

    private BrokerSettings() {}

    static Properties of(int port, int controllerPort, Path log) throws IOException {
        Properties settings = new Properties();
        settings.load(new StringReader(FIXED));
        settings.setProperty("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        settings.setProperty(
                "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        settings.setProperty("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        settings.setProperty("log.dirs", log.toString());
        return settings;
    }
}
