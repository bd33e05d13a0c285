package dev.studybuddy.api.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiDatabases;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.testkit.SecureKafka;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TimeoutException;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.bson.types.Binary;
import org.junit.jupiter.api.Test;

/** This test uses every Kafka client of the service with TLS, SCRAM and the documented rights alone. */
class SecureKafkaIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String USER = "api";

    @Test
    void everyClientNeedsOnlyTheDocumentedRights() throws Exception {
        String prefix = TestServers.newTopicPrefix();
        String topic = AggregateType.TODO.topic(prefix);
        String absent = AggregateType.USER.topic(prefix);
        String group = prefix + "study-g1";
        TopicPartition partition = new TopicPartition(topic, 0);
        try (SecureKafka kafka = SecureKafka.start(USER);
                TestDatabase sql = ApiDatabases.newDatabase();
                Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.openBootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
            admin.alterConsumerGroupOffsets(group, Map.of(partition, new OffsetAndMetadata(0)))
                    .all()
                    .get();
            kafka.allowTopics(USER, prefix, AclOperation.DESCRIBE, AclOperation.READ, AclOperation.WRITE);
            kafka.allowGroups(USER, prefix, AclOperation.DESCRIBE);
            Map<String, String> properties = new HashMap<>(kafka.springProperties(USER));
            properties.putAll(Map.of(
                    "spring.datasource.url",
                    sql.url(),
                    "spring.datasource.username",
                    sql.username(),
                    "spring.datasource.password",
                    sql.password(),
                    "spring.mongodb.uri",
                    "mongodb://127.0.0.1:1/studybuddy",
                    "logging.level.org.mongodb.driver",
                    "OFF",
                    "studybuddy.topic-prefix",
                    prefix,
                    "studybuddy.group-prefix",
                    prefix));
            try (RunningApi api = RunningApi.start(properties)) {
                KafkaInspector inspector = api.bean(KafkaInspector.class);
                awaitAsserted(() -> {
                    assertThat(inspector.readEndOffsets(List.of(partition))).isEqualTo(Map.of(partition, 0L));
                    inspector.ping();
                    assertThat(inspector.findTopics(List.of(topic, absent))).containsOnlyKeys(topic);
                    assertThat(inspector.readStartOffsets(List.of(partition))).containsEntry(partition, 0L);
                    assertThat(inspector.readCommittedOffsets(group)).containsEntry(partition, 0L);
                    assertThat(inspector.findAssignedPartitions(group)).isEmpty();
                    assertThat(inspector.findGroups()).contains(group);
                });

                ReplayProducer producer = api.bean(ReplayProducer.class);
                // The first connection needs a TLS handshake, which can exceed the time limit of a replay.
                Awaitility.await()
                        .atMost(TIMEOUT)
                        .ignoreExceptionsMatching(failure -> failure.getCause() instanceof TimeoutException)
                        .until(() -> {
                            producer.send(letter(topic));
                            return true;
                        });
                awaitAsserted(() -> assertThat(
                                inspector.readEndOffsets(List.of(partition)).get(partition))
                        .isPositive());

                RecordTimestamps timestamps = api.bean(RecordTimestamps.class);
                Awaitility.await()
                        .atMost(TIMEOUT)
                        .until(() -> timestamps.read(Map.of(partition, 0L)).containsKey(partition));
            }
        }
    }

    @Test
    void readingAnAbsentTopicDoesNotCreateIt() throws Exception {
        String prefix = TestServers.newTopicPrefix();
        String absent = AggregateType.TODO.topic(prefix);
        try (SecureKafka kafka = SecureKafka.start(USER);
                TestDatabase sql = ApiDatabases.newDatabase();
                Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.openBootstrapServers()))) {
            try (RunningApi api = RunningApi.start(Map.of(
                    "spring.datasource.url", sql.url(),
                    "spring.datasource.username", sql.username(),
                    "spring.datasource.password", sql.password(),
                    "spring.mongodb.uri", "mongodb://127.0.0.1:1/studybuddy",
                    "logging.level.org.mongodb.driver", "OFF",
                    "spring.kafka.bootstrap-servers", kafka.openBootstrapServers(),
                    "studybuddy.topic-prefix", prefix))) {
                RecordTimestamps timestamps = api.bean(RecordTimestamps.class);
                for (int n = 0; n < 3; n++) {
                    assertThat(timestamps.read(Map.of(new TopicPartition(absent, 0), 0L)))
                            .isEmpty();
                }

                assertThat(admin.listTopics().names().get()).doesNotContain(absent);
            }
        }
    }

    /** Repeats queries of Kafka, because the service ends each one after two seconds, and a slow machine needs more. */
    private static void awaitAsserted(ThrowingRunnable queries) {
        Awaitility.await().atMost(TIMEOUT).ignoreExceptions().untilAsserted(queries);
    }

    private static DeadLetter letter(String topic) {
        Instant at = Instant.parse("2026-11-23T10:00:00Z");
        return new DeadLetter(
                "todo-0-0",
                DeadLetter.State.OPEN,
                topic,
                0,
                0,
                new Binary("key".getBytes(StandardCharsets.UTF_8)),
                new Binary("{}".getBytes(StandardCharsets.UTF_8)),
                List.of(),
                "unreadable",
                "no JSON",
                0,
                "todo.created",
                1L,
                at,
                at);
    }
}
