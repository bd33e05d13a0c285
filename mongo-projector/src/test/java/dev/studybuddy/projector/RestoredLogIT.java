package dev.studybuddy.projector;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Continues at a journal whose leader epoch is above those of the log. This is the state after the disks of all brokers
 * were restored from a copy, which also restores the epochs of that time.
 */
class RestoredLogIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int LATER_EPOCH = 40;
    private static final int OTHERS = 20;
    private static final Map<String, String> SETTINGS = Map.of("studybuddy.projector.models", "study");

    private final String bootstrap = TestServers.kafkaBootstrapServers();
    private final String prefix = TestServers.newTopicPrefix();
    private final HistoryGenerator generator = new HistoryGenerator(17);

    @Test
    void aPartitionWithARestoredLogWaitsAloneAndIsReportedUntilARebuild() throws Exception {
        try (TestMongo mongo = TestServers.newMongoDatabase();
                MongoClient client = MongoClients.create(mongo.uri());
                TestTopicWriter topics = new TestTopicWriter(bootstrap, prefix)) {
            topics.createAll(Map.of());
            MongoDatabase database = client.getDatabase(mongo.databaseName());
            RunningProjector first = new RunningProjector(bootstrap, mongo.uri(), prefix, SETTINGS);
            try {
                topics.send(generator.todo("first", "user", 1));
                topics.flush();
                await().atMost(TIMEOUT)
                        .until(() -> database.getCollection("todos_g1").countDocuments() == 1);
            } finally {
                first.close();
            }
            String restored = raiseLeaderEpoch(database.getCollection("study_journal_g1"));
            try (RunningProjector projector = new RunningProjector(bootstrap, mongo.uri(), prefix, SETTINGS)) {
                topics.send(generator.todo("first", "user", 2));
                for (int n = 0; n < OTHERS; n++) {
                    topics.send(generator.todo("other-" + n, "user", 1));
                }
                topics.flush();

                awaitOtherPartitions(topics, database, restored);
                awaitReport(projector, restored);
                assertThat(database.getCollection("todos_g1")
                                .find(new Document("version", 2L))
                                .first())
                        .isNull();

                beginSecond(projector.bean(GenerationStore.class));
                MongoCollection<Document> rebuilt = database.getCollection("todos_g2");
                await().atMost(TIMEOUT)
                        .until(() -> rebuilt.countDocuments() == 1 + OTHERS
                                && rebuilt.countDocuments(new Document("version", 2L)) == 1);
            }
        }
    }

    /** Raises the epoch in the journal of the only partition that has a record, and returns the id of the journal. */
    private static String raiseLeaderEpoch(MongoCollection<Document> journals) {
        Document journal =
                requireNonNull(journals.find(new Document("_id", new Document("$regex", "^todo")).append("hi", 1L))
                        .first());
        assertThat(journal.getInteger("leaderEpoch")).isBetween(0, LATER_EPOCH - 1);
        Document id = new Document("_id", journal.getString("_id"));
        journals.updateOne(id, new Document("$set", new Document("leaderEpoch", LATER_EPOCH)));
        return journal.getString("_id");
    }

    private void awaitOtherPartitions(TestTopicWriter topics, MongoDatabase database, String restored)
            throws Exception {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        for (int partition = 0; partition < TestTopicWriter.PARTITIONS; partition++) {
            latest.put(new TopicPartition(topics.name(AggregateType.TODO), partition), OffsetSpec.latest());
        }
        topics.admin().listOffsets(latest).all().get().forEach((partition, end) -> {
            String id = "todo-" + partition.partition();
            if (!id.equals(restored)) {
                await().atMost(TIMEOUT)
                        .until(() -> database.getCollection("study_journal_g1")
                                        .countDocuments(new Document("_id", id).append("done", end.offset()))
                                == 1);
            }
        });
    }

    private static void awaitReport(RunningProjector projector, String restored) {
        await().atMost(TIMEOUT).untilAsserted(() -> {
            Health health = projector.bean("projector", HealthIndicator.class).health();
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(String.valueOf(health.getDetails().get("leaderWaits")))
                    .contains(restored.replace("todo-", "todo.v1-") + " of study-g1", "epoch " + LATER_EPOCH);
            assertThat(projector
                            .bean(MeterRegistry.class)
                            .find("projector_position_wait_seconds")
                            .tag("generation", "study-g1")
                            .gauges())
                    .isNotEmpty()
                    .allSatisfy(gauge -> assertThat(gauge.value()).isPositive());
        });
    }

    private static void beginSecond(GenerationStore store) {
        await().atMost(TIMEOUT).until(() -> {
            GenerationRecord record = store.read("study").orElseThrow();
            Generation first = requireNonNull(record.generations().get(1));
            return store.compareAndSet(record.begin(new Generation(
                    2, first.projectionVersion(), first.topics(), true, Instant.now(), null, null, null)));
        });
    }
}
