package dev.studybuddy.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.projector.consume.GenerationRunner;
import dev.studybuddy.projector.generation.GenerationReconciler;
import dev.studybuddy.testkit.ControllableServer;
import dev.studybuddy.testkit.TestServers;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/** Kills MongoDB while many records wait. */
@Isolated("it measures the heap of its JVM")
class MongoUnavailableIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final Instant AT = Instant.parse("2026-11-20T10:00:00Z");
    private static final int AGGREGATES = 30;
    private static final int VERSIONS = 60;
    private static final int TITLE = 50_000;
    private static final long MEGABYTE = 1_000_000;

    @Test
    void duringAMongoDbOutageTheBreakerIsOpenAndMemoryDoesNotGrow() throws Exception {
        String prefix = TestServers.newTopicPrefix();
        String bootstrap = TestServers.kafkaBootstrapServers();
        try (TestTopicWriter topics = new TestTopicWriter(bootstrap, prefix)) {
            topics.createAll(Map.of());
            try (ControllableServer mongo = TestServers.startOwnMongo();
                    MongoClient client = MongoClients.create(mongo.url());
                    RunningProjector projector = new RunningProjector(bootstrap, mongo.url(), prefix, Map.of())) {
                MongoDatabase database = client.getDatabase("studybuddy");
                send(topics, 1);
                awaitVersion(database, 1);
                projector.awaitServed(2);
                assertThat(circuit(projector)).isZero();
                long before = heap();

                mongo.kill();
                for (int version = 2; version <= VERSIONS; version++) {
                    send(topics, version);
                }

                await().atMost(TIMEOUT).untilAsserted(() -> {
                    assertThat(circuit(projector)).isEqualTo(1);
                    Health health = health(projector);
                    assertThat(health.getStatus()).isEqualTo(Status.DOWN);
                    assertThat(health.getDetails()).containsEntry("mongodbCircuit", "open");
                    assertThat((long) health.getDetails().get("waiting")).isPositive();
                });
                long sent = (long) AGGREGATES * (VERSIONS - 1) * TITLE;
                long grown = heap() - before;
                assertThat(grown)
                        .as("heap growth of %2$d MB while %1$d MB wait on the topic", sent / MEGABYTE, grown / MEGABYTE)
                        .isLessThan(sent / 2);

                mongo.start();
                awaitVersion(database, VERSIONS);
                await().atMost(TIMEOUT).untilAsserted(() -> {
                    assertThat(circuit(projector)).isZero();
                    assertThat(health(projector).getStatus()).isEqualTo(Status.UP);
                });
                assertThat(database.getCollection("dead_letters").countDocuments())
                        .isZero();
                assertThat(projector.bean(GenerationReconciler.class).runners())
                        .extracting(GenerationRunner::name)
                        .containsExactlyInAnyOrder("study-g1", "subjects-g1");
            }
        }
    }

    private static void send(TestTopicWriter topics, int version) throws Exception {
        for (int n = 0; n < AGGREGATES; n++) {
            topics.send(new TodoState(
                    HistoryGenerator.uuid("todo-" + n),
                    HistoryGenerator.uuid("user"),
                    "x".repeat(TITLE),
                    "Math",
                    Difficulty.EASY,
                    10,
                    3,
                    false,
                    null,
                    null,
                    null,
                    version,
                    AT,
                    AT));
        }
        topics.flush();
    }

    private static void awaitVersion(MongoDatabase database, int version) {
        await().atMost(TIMEOUT)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(
                                database.getCollection("todos_g1").countDocuments(new Document("version", version)))
                        .isEqualTo(AGGREGATES));
    }

    private static double circuit(RunningProjector projector) {
        return projector
                .bean(MeterRegistry.class)
                .get("projector_mongodb_circuit_open")
                .gauge()
                .value();
    }

    private static Health health(RunningProjector projector) {
        return projector.bean("projector", HealthIndicator.class).health();
    }

    private static long heap() {
        ManagementFactory.getMemoryMXBean().gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
