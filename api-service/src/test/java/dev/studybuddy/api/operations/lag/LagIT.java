package dev.studybuddy.api.operations.lag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.kafka.RecordTimestamps;
import dev.studybuddy.api.testing.AggregateTopics;
import dev.studybuddy.api.testing.ApiWithKafka;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.testkit.TestServers;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** This test measures the lag against a real broker. */
class LagIT extends ApiWithKafka {

    private static final String LEADERBOARD = "/api/users/leaderboard?period=all";

    @Test
    void lagIsZeroOnlyIfMongoShowsEveryEvent() throws Exception {
        createTopics();
        Document replayed = newDeadLetter(1, "unreadable").toDocument();
        replayed.put("state", DeadLetter.code(DeadLetter.State.REPLAYED));
        model.database().getCollection(Names.DEAD_LETTERS).insertOne(replayed);
        awaitNoLag();
        publish(newDeadLetter(0, "unreadable"));

        Awaitility.await()
                .atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(sync().path("syncLagSeconds").doubleValue(-1))
                        .isPositive());
        assertThat(sync().path("deadLetters").intValue(-1))
                .as("open dead letters")
                .isZero();
        model.journal(AggregateType.TODO, 3, 1);
        awaitNoLag();
        assertThat(api.post("/api/admin/sync/trigger?waitSeconds=20", "")
                        .json()
                        .path("visibleInMongo")
                        .booleanValue())
                .isTrue();
    }

    @Test
    void aReadModelWhoseRecordWasDeletedHasNoLagAndBlocksNoTrigger() throws Exception {
        createTopics();
        try (ReadModelFixture subjects = ReadModelFixture.subjects(mongo.uri(), mongo.databaseName(), 1)) {
            subjects.activate();
            publish(newDeadLetter(0, "unreadable"));
            model.journal(AggregateType.TODO, 3, 1);
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .untilAsserted(
                            () -> assertThat(sync().path("syncLagSeconds").doubleValue(-1))
                                    .isPositive());

            model.database().getCollection(Names.GENERATIONS).deleteOne(new Document("_id", Names.SUBJECTS));

            awaitNoLag();
            assertThat(api.post("/api/admin/sync/trigger?waitSeconds=20", "")
                            .json()
                            .path("visibleInMongo")
                            .booleanValue())
                    .isTrue();
        }
    }

    @Test
    void aBrokenGenerationHasNoLagAndIsReported() throws Exception {
        createTopics();
        awaitNoLag();
        Awaitility.await().atMost(TIMEOUT).until(() -> gauge("sync_lag_seconds") != null);
        // The lag is unknown while Kafka answers a query too late.
        Awaitility.await().atMost(TIMEOUT).untilAsserted(() -> {
            assertThat(gauge("projection_generation_broken", "model", "study")).isZero();
            assertThat(api.get(LEADERBOARD).header("X-Read-Lag-Ms")).isNotNull();
        });

        model.markBroken();

        Awaitility.await().atMost(TIMEOUT).untilAsserted(() -> {
            assertThat(gauge("sync_lag_seconds")).isNull();
            assertThat(gauge("projection_generation_broken", "model", "study")).isOne();
            assertThat(api.get(LEADERBOARD).header("X-Read-Lag-Ms")).isNull();
            assertThat(sync().path("syncLagSeconds").isNull()).isTrue();
            assertThat(api.get("/health").json().path("status").asString()).isEqualTo("degraded");
        });
        JsonNode generation = api.get("/api/admin/projections")
                .json()
                .get(0)
                .path("generations")
                .get(0);
        assertThat(generation.path("state").asString()).isEqualTo("broken");
        assertThat(generation.path("lag").isNull()).as("%s", generation).isTrue();
    }

    @Test
    void aBrokenGenerationWithDeletedRecordsHidesNoLagOfAnotherReadModel() throws Exception {
        createTopics();
        try (ReadModelFixture subjects = ReadModelFixture.subjects(mongo.uri(), mongo.databaseName(), 1)) {
            subjects.activate();
            sendTodos(3, 3);
            commit(Names.STUDY, 3, 1);
            commit(Names.SUBJECTS, 3, 2);
            AggregateTopics.deleteRecords(new TopicPartition(AggregateType.TODO.topic(prefix), 3), 2);
            model.markBroken();

            Awaitility.await().atMost(TIMEOUT).untilAsserted(() -> {
                JsonNode sync = sync();
                JsonNode broken = consumerLag(sync, Names.STUDY, 3);
                assertThat(broken.path("committed").longValue(-1))
                        .as("%s", sync)
                        .isOne();
                assertThat(broken.path("lag").isNull()).isTrue();
                assertThat(consumerLag(sync, Names.SUBJECTS, 3).path("lag").longValue(-1))
                        .isOne();
            });
        }
    }

    @Test
    void aDeletedRecordHasNoTimeAndThoseOfOtherPartitionsAreRead() throws Exception {
        // These topics have another prefix than those of the service, which could otherwise read and keep the times of
        // the records before the test deletes them.
        String foreign = TestServers.newTopicPrefix();
        AggregateTopics.create(foreign);
        TopicPartition truncated = new TopicPartition(AggregateType.TODO.topic(foreign), 3);
        TopicPartition complete = new TopicPartition(AggregateType.TODO.topic(foreign), 4);
        send(truncated, 3);
        send(complete, 3);
        AggregateTopics.deleteRecords(truncated, 2);
        RecordTimestamps timestamps = api.bean(RecordTimestamps.class);

        for (long offset = 0; offset < 2; offset++) {
            Map<TopicPartition, Long> offsets = Map.of(truncated, offset, complete, offset);
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(timestamps.read(offsets)).containsOnlyKeys(complete));
        }
        assertThat(timestamps.read(Map.of(truncated, 2L))).containsOnlyKeys(truncated);
    }

    @Test
    void partitionsOfActiveGenerationsWithoutAProjectorAreCounted() throws Exception {
        createTopics();
        awaitUnassigned(AggregateType.values().length * ReadModelFixture.PARTITIONS);

        try (var consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        TestServers.kafkaBootstrapServers(),
                        "group.id",
                        Names.group(prefix, Names.STUDY, 1)),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of(AggregateType.TODO.topic(prefix), AggregateType.USER.topic(prefix)));
            Awaitility.await().atMost(TIMEOUT).until(() -> {
                consumer.poll(Duration.ofMillis(100));
                return consumer.assignment().size() == 2 * ReadModelFixture.PARTITIONS;
            });

            awaitUnassigned(ReadModelFixture.PARTITIONS);
        }
    }

    private void awaitUnassigned(int partitions) {
        Awaitility.await().atMost(TIMEOUT).untilAsserted(() -> {
            JsonNode sync = sync();
            assertThat(sync.path("consumerLag").path("unassignedPartitions").intValue(-1))
                    .as("%s", sync)
                    .isEqualTo(partitions);
        });
    }

    private void sendTodos(int partition, int records) throws Exception {
        send(new TopicPartition(AggregateType.TODO.topic(prefix), partition), records);
    }

    private static void send(TopicPartition partition, int records) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", TestServers.kafkaBootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            for (int n = 0; n < records; n++) {
                producer.send(new ProducerRecord<>(partition.topic(), partition.partition(), "key", "{}"))
                        .get();
            }
        }
    }

    /** Commits an offset of a partition of the todos for the first generation of a read model. */
    private void commit(String readModel, int partition, long offset) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestServers.kafkaBootstrapServers()))) {
            admin.alterConsumerGroupOffsets(
                            Names.group(prefix, readModel, 1),
                            Map.of(
                                    new TopicPartition(AggregateType.TODO.topic(prefix), partition),
                                    new OffsetAndMetadata(offset)))
                    .all()
                    .get();
        }
    }

    private JsonNode consumerLag(JsonNode sync, String readModel, int partition) {
        return sync.path("consumerLag")
                .path("partitions")
                .valueStream()
                .filter(one -> one.path("group").asString().equals(Names.group(prefix, readModel, 1))
                        && one.path("topic").asString().equals(AggregateType.TODO.topic(prefix))
                        && one.path("partition").intValue() == partition)
                .findFirst()
                .orElseGet(MissingNode::getInstance);
    }

    @Test
    void lagIsUnknownIfATopicIsCreatedAgainAndEndsBelowTheJournal() throws Exception {
        createTopics();
        publish(newDeadLetter(0, "unreadable"));
        model.journal(AggregateType.TODO, 3, 1);
        awaitNoLag();

        AggregateTopics.delete(prefix);
        createTopics();

        Awaitility.await().atMost(TIMEOUT).untilAsserted(() -> {
            JsonNode sync = sync();
            assertThat(sync.path("syncLagSeconds").isNull()).as("%s", sync).isTrue();
            assertThat(gauge("sync_lag_seconds")).isNull();
        });
    }

    @Test
    void anEventOfTheYearOneHasABoundedAge() throws Exception {
        createTopics();
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", TestServers.kafkaBootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            RecordHeaders headers = new RecordHeaders();
            headers.add(EventHeaders.TIME, "0001-01-01T00:00:00Z".getBytes(StandardCharsets.UTF_8));
            producer.send(new ProducerRecord<>(AggregateType.TODO.topic(prefix), 3, null, "key", "{}", headers))
                    .get();
        }

        Awaitility.await().atMost(TIMEOUT).untilAsserted(() -> {
            assertThat(api.get("/api/health/sync").status()).isEqualTo(200);
            assertThat(sync().path("syncLagSeconds").doubleValue(-1)).isEqualTo(86_400.0);
        });
    }

    @Test
    void onlyBrokenDocumentsOfListedGenerationsAreCounted() throws Exception {
        createTopics();
        model.database()
                .getCollection(Names.BROKEN)
                .insertMany(List.of(brokenDocument("todos_g1/a", 1), brokenDocument("todos_g7/b", 7)));

        Awaitility.await()
                .atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(gauge("projection_broken_documents", "model", Names.STUDY))
                        .isOne());
    }

    private static Document brokenDocument(String id, int generation) {
        return new Document("_id", id).append("model", Names.STUDY).append("generation", generation);
    }

    private void awaitNoLag() {
        Awaitility.await()
                .atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(sync().path("syncLagSeconds").doubleValue(-1))
                        .isZero());
    }

    private @Nullable Double gauge(String name, String... tags) {
        Gauge gauge = api.bean(MeterRegistry.class).find(name).tags(tags).gauge();
        return gauge == null ? null : Double.valueOf(gauge.value());
    }

    private JsonNode sync() {
        return api.get("/api/health/sync").json().path("sync");
    }
}
