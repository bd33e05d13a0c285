package dev.studybuddy.projector;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.projector.consume.GenerationRunner;
import dev.studybuddy.projector.generation.GenerationReconciler;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationState;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.testkit.ControllableServer;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Kills the broker of a projector. Afterwards, it changes a journal as if the log had lost an applied record. */
@Execution(ExecutionMode.CONCURRENT)
class KafkaUnavailableIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    private final HttpClient http = HttpClient.newHttpClient();
    private final HistoryGenerator generator = new HistoryGenerator(5);

    @Test
    void anOutageIsReportedAndATruncatedLogIsDetected() throws Exception {
        String prefix = TestServers.newTopicPrefix();
        try (ControllableServer kafka = TestServers.startOwnKafka();
                TestMongo mongo = TestServers.newMongoDatabase();
                MongoClient client = MongoClients.create(mongo.uri());
                TestTopicWriter topics = new TestTopicWriter(kafka.url(), prefix)) {
            topics.createAll(Map.of());
            try (RunningProjector projector = new RunningProjector(kafka.url(), mongo.uri(), prefix, Map.of())) {
                MongoCollection<Document> mirrors =
                        client.getDatabase(mongo.databaseName()).getCollection("todos_g1");
                topics.send(generator.todo("before", "user", 1));
                topics.flush();
                await().atMost(TIMEOUT).until(() -> mirrors.countDocuments() == 1);
                awaitHealth(projector, 200, "available", 0);
                projector.awaitServed(2);

                kafka.kill();
                awaitHealth(projector, 503, "unavailable", 1);
                assertABrokenGenerationIsStopped(projector);

                kafka.start();
                awaitHealth(projector, 200, "available", 0);
                topics.send(generator.todo("after", "user", 1));
                topics.flush();
                await().atMost(TIMEOUT).until(() -> mirrors.countDocuments() == 2);
                topics.send(generator.todo("before", "user", 2));
                topics.flush();
                await().atMost(TIMEOUT).until(() -> mirrors.countDocuments(new Document("version", 2L)) == 1);
            }
            assertATruncatedLogIsDetected(kafka.url(), mongo, client, prefix);
        }
    }

    /**
     * The journal of the first todo's partition states that its second record has the epoch of the first one. The log
     * holds a second record of a later epoch, as after an unclean election that lost the applied record.
     */
    private static void assertATruncatedLogIsDetected(
            String bootstrap, TestMongo mongo, MongoClient client, String prefix) {
        MongoDatabase database = client.getDatabase(mongo.databaseName());
        Document mirror = requireNonNull(database.getCollection("todos_g1")
                .find(new Document("version", 2L))
                .first());
        MongoCollection<Document> journals = database.getCollection("study_journal_g1");
        Document journal = requireNonNull(journals.find(new Document("_id", new Document("$regex", "^todo"))
                        .append("hi", mirror.getLong("offset") + 1)
                        .append("leaderEpoch", new Document("$gte", 1)))
                .first());
        journals.updateOne(
                new Document("_id", journal.getString("_id")),
                new Document("$set", new Document("leaderEpoch", journal.getInteger("leaderEpoch") - 1)));

        try (RunningProjector projector = new RunningProjector(bootstrap, mongo.uri(), prefix, Map.of())) {
            GenerationStore store = projector.bean(GenerationStore.class);
            await().atMost(TIMEOUT)
                    .untilAsserted(
                            () -> assertThat(store.read("study").orElseThrow().stateOf(1))
                                    .isEqualTo(GenerationState.BROKEN));
        }
    }

    /** Marks a generation as broken. The instance stops it although Kafka is unavailable. */
    private static void assertABrokenGenerationIsStopped(RunningProjector projector) {
        GenerationStore store = projector.bean(GenerationStore.class);
        GenerationRecord record = store.read("subjects").orElseThrow();
        assertThat(store.compareAndSet(
                        record.markBroken(1, "the test breaks it").orElseThrow()))
                .isTrue();
        await().atMost(TIMEOUT)
                .until(() -> projector.bean(GenerationReconciler.class).runners().stream()
                        .map(GenerationRunner::name)
                        .toList()
                        .equals(List.of("study-g1")));
    }

    private void awaitHealth(RunningProjector projector, int status, String kafka, double gauge) {
        await().atMost(TIMEOUT).untilAsserted(() -> {
            HttpResponse<String> health = get(projector, "");
            assertThat(health.statusCode()).as(health.body()).isEqualTo(status);
            assertThat(health.body()).contains("\"kafka\":\"" + kafka + '"').contains("\"mongodbCircuit\":\"closed\"");
            assertThat(get(projector, "/readiness").statusCode()).isEqualTo(status);
            assertThat(projector
                            .bean(MeterRegistry.class)
                            .get("projector_kafka_unavailable")
                            .gauge()
                            .value())
                    .isEqualTo(gauge);
        });
        assertThat(get(projector, "/liveness").statusCode())
                .as("liveness, because a restart does not end the outage")
                .isEqualTo(200);
    }

    private HttpResponse<String> get(RunningProjector projector, String path) {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create(projector.url() + "/actuator/health" + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
