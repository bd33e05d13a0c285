package dev.studybuddy.api.operations.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.AggregateWriter;
import dev.studybuddy.api.testing.ApiWithKafka;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.Projection;
import dev.studybuddy.readmodel.SubjectsContribution;
import dev.studybuddy.testkit.TestServers;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * In this test, a projector with the next version of {@code subjects} has started. This version reads sessions too, and
 * the present generation does not.
 */
class TypesOfGenerationsIT extends ApiWithKafka {

    private static final String ANNA = "aaaaaaaa-0000-4000-8000-000000000001";
    private static final LocalDate DAY = LocalDate.of(2026, 11, 23);
    private static final int NEXT_VERSION = SubjectsContribution.VERSION + 1;
    private static final Set<AggregateType> NEXT_TYPES = EnumSet.of(AggregateType.TODO, AggregateType.SESSION);

    private ReadModelFixture subjects;

    @BeforeEach
    void publishTheNextVersion() throws Exception {
        createTopics();
        subjects = ReadModelFixture.subjects(mongo.uri(), mongo.databaseName(), 1);
        subjects.activate();
        GenerationStore store = new GenerationStore(subjects.database());
        GenerationRecord record = store.read(Names.SUBJECTS).orElseThrow();
        assertThat(store.compareAndSet(record.withProjection(new Projection(NEXT_VERSION, NEXT_TYPES))))
                .isTrue();
        sendSession(0);
        model.journal(AggregateType.SESSION, 0, 1);
    }

    @AfterEach
    void close() {
        subjects.close();
    }

    @Test
    void theLagOfAGenerationCoversOnlyTheTopicsThatItReads() {
        Awaitility.await().atMost(TIMEOUT).untilAsserted(() -> {
            JsonNode sync = api.get("/api/health/sync").json().path("sync");
            assertThat(sync.path("syncLagSeconds").doubleValue(-1))
                    .as("%s", sync)
                    .isZero();
        });
        awaitLag(1, 0);
        // A sample has no partitions if Kafka answered it too late.
        Awaitility.await()
                .atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(api.get("/api/health/sync")
                                .json()
                                .path("sync")
                                .path("consumerLag")
                                .path("partitions")
                                .valueStream()
                                .filter(partition ->
                                        partition.path("group").asString().contains("subjects"))
                                .map(partition -> partition.path("topic").asString())
                                .distinct())
                        .containsExactly(AggregateType.TODO.topic(prefix)));
    }

    @Test
    void aVerifyComparesOnlyTheTypesThatTheGenerationReads() {
        AggregateWriter writer = new AggregateWriter(sql.dataSource(), model, subjects);
        writer.user(ANNA, true);
        writer.todo(ReadModelFixture.openTodo(ANNA, "Math", Difficulty.EASY, 10, 4));
        writer.session(ANNA, "Math", 20, DAY);

        String location =
                api.post("/api/admin/verify", "{\"model\": \"subjects\"}").header("Location");

        JsonNode verify = Awaitility.await()
                .atMost(TIMEOUT)
                .until(
                        () -> api.get(location).json(),
                        job -> !job.path("finishedAt").isNull());
        assertThat(verify.path("counts").path("missing").intValue(-1)).isZero();
        assertThat(verify.path("compared").intValue()).isEqualTo(1);
        assertThat(verify.path("consistent").booleanValue()).as("%s", verify).isTrue();
    }

    @Test
    void aPreviousGenerationThatReadsFewerTopicsCanBeActivatedAgain() throws Exception {
        try (ReadModelFixture next = ReadModelFixture.of(
                Names.SUBJECTS,
                NEXT_VERSION,
                NEXT_TYPES,
                SubjectsContribution::add,
                mongo.uri(),
                mongo.databaseName(),
                2)) {
            next.activate();
            next.journal(AggregateType.SESSION, 0, 1);
            sendSession(1);

            ReceivedAnswer activation = api.post("/api/admin/projections/rebuild/1/activate?model=subjects", "");

            assertThat(activation.status()).as("%s", activation.json()).isEqualTo(200);
            awaitLag(1, 0);
            awaitLag(2, 1);
        }
    }

    private void sendSession(int partition) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", TestServers.kafkaBootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>(AggregateType.SESSION.topic(prefix), partition, "key", "{}"))
                    .get();
        }
    }

    /** Waits until a generation has this lag, which is unknown while Kafka answers a query too late. */
    private void awaitLag(int generation, long lag) {
        Awaitility.await()
                .atMost(TIMEOUT)
                .untilAsserted(
                        () -> assertThat(generation(generation).path("lag").longValue(-1))
                                .isEqualTo(lag));
    }

    private JsonNode generation(int number) {
        JsonNode projection = api.get("/api/admin/projections")
                .json()
                .valueStream()
                .filter(one -> one.path("model").asString().equals(Names.SUBJECTS))
                .findFirst()
                .orElseThrow();
        return projection.path("generations").get(number - 1);
    }
}
