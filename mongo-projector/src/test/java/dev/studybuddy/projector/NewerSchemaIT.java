package dev.studybuddy.projector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.contract.SchemaUpcaster;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.readmodel.AmountSink;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.ReadModel;
import dev.studybuddy.readmodel.SchemaStore;
import dev.studybuddy.readmodel.StudyContribution;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/**
 * Runs a projector of today next to one that also reads an invented second schema, whose values have the same shape.
 */
class NewerSchemaIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final String bootstrap = TestServers.kafkaBootstrapServers();
    private final String prefix = TestServers.newTopicPrefix();
    private final HistoryGenerator generator = new HistoryGenerator(17);
    private TestMongo mongo;
    private MongoClient client;
    private MongoDatabase database;
    private TestTopicWriter topics;

    @BeforeEach
    void open() throws Exception {
        mongo = TestServers.newMongoDatabase();
        client = MongoClients.create(mongo.uri());
        database = client.getDatabase(mongo.databaseName());
        topics = new TestTopicWriter(bootstrap, prefix);
        topics.createAll(Map.of());
    }

    @AfterEach
    void close() {
        topics.close();
        client.close();
        mongo.close();
    }

    @Test
    void aRecordOfANewerSchemaWaitsForANewerProjectorAndDelaysNoOtherPartition() throws Exception {
        try (RunningProjector today = projector()) {
            send(0, 1);
            await().atMost(TIMEOUT).until(() -> count("todos_g1") == 1);
            try (RunningProjector newer = projector(SecondSchema.class)) {
                await().atMost(TIMEOUT).until(() -> count("todos_g2") == 1);
                await("the newer projector announces schema 2")
                        .atMost(TIMEOUT)
                        .until(() -> new SchemaStore(database).findHighest() == 2);

                send(0, 2);
                send(0, 1);
                send(1, 1);
                send(1, 99);
                send(1, 1);

                await().atMost(TIMEOUT).until(() -> count("todos_g2") == 5 && count("todos_g1") == 3);
                await().atMost(TIMEOUT).until(() -> done("todo-0") == 1 && done("todo-1") == 3);
                await().atMost(TIMEOUT).untilAsserted(() -> {
                    assertThat(waitSeconds(today)).containsExactly("todo-0");
                    assertThat(waitSeconds(newer)).isEmpty();
                    var health = today.bean("projector", HealthIndicator.class).health();
                    assertThat(health.getStatus()).isEqualTo(Status.UP);
                    assertThat(String.valueOf(health.getDetails().get("newerSchemas")))
                            .contains("todo.v1-0 of study-g1 has waited", "offset 1 has schema 2");
                });
                await("the API reads the wait from MongoDB")
                        .atMost(TIMEOUT)
                        .untilAsserted(() -> assertThat(new SchemaStore(database).findWaits(Instant.now()))
                                .singleElement()
                                .satisfies(wait -> {
                                    assertThat(wait.generation()).isEqualTo("study-g1");
                                    assertThat(wait.topic()).isEqualTo(topics.name(AggregateType.TODO));
                                    assertThat(List.of((long) wait.partition(), wait.offset(), wait.schema()))
                                            .containsExactly(0L, 1L, 2L);
                                    assertThat(wait.since()).isBefore(Instant.now());
                                }));
                assertThat(database.getCollection(Names.DEAD_LETTERS).find())
                        .singleElement()
                        .satisfies(letter -> assertThat(letter).containsEntry("reason", "schema-newer"));

                activateSecondGeneration(newer);
                send(0, 2);
                await().atMost(TIMEOUT).until(() -> count("todos_g2") == 6);
            }

            assertThat(new SchemaStore(database).findHighest()).isEqualTo(2);
            send(2, 2);
            await("an announcement stays in force after its projector ended")
                    .atMost(TIMEOUT)
                    .until(() -> waitSeconds(today).size() == 2);
        }
        try (RunningProjector newer = projector(SecondSchema.class)) {
            await("the records were not lost").atMost(TIMEOUT).until(() -> count("todos_g2") == 7);
            assertThat(database.getCollection("todos_g2").countDocuments(new Document("title", "Read")))
                    .isEqualTo(7);
            assertThat(waitSeconds(newer)).isEmpty();
        }
    }

    private void activateSecondGeneration(RunningProjector projector) {
        GenerationStore store = projector.bean(GenerationStore.class);
        GenerationRecord record = store.read(Names.STUDY).orElseThrow();
        assertThat(record.building()).isEqualTo(2);
        assertThat(store.compareAndSet(record.activate(2, Instant.now()))).isTrue();
    }

    /** Sends a new todo in a schema to a partition. */
    private void send(int partition, int schema) throws Exception {
        TodoState todo =
                generator.todo(UUID.randomUUID().toString(), UUID.randomUUID().toString(), 1);
        ProducerRecord<byte[], byte[]> record =
                topics.record(AggregateType.TODO, todo, EventJson.write(todo).getBytes(UTF_8));
        record.headers()
                .remove(EventHeaders.SCHEMA_VERSION)
                .add(EventHeaders.SCHEMA_VERSION, String.valueOf(schema).getBytes(UTF_8));
        topics.send(new ProducerRecord<>(record.topic(), partition, record.key(), record.value(), record.headers()));
        topics.flush();
    }

    private RunningProjector projector(Class<?>... beans) {
        return new RunningProjector(
                bootstrap, mongo.uri(), prefix, Map.of("studybuddy.projector.models", Names.STUDY), beans);
    }

    private long count(String collection) {
        return database.getCollection(collection).countDocuments();
    }

    private long done(String journal) {
        return Stream.ofNullable(database.getCollection("study_journal_g1")
                        .find(new Document("_id", journal))
                        .first())
                .mapToLong(found -> found.get("done", Number.class).longValue())
                .sum();
    }

    /** Returns the partitions for which the metric of a projector reports a wait. */
    private List<String> waitSeconds(RunningProjector projector) {
        return projector.bean(MeterRegistry.class).find("projector_newer_schema_seconds").gauges().stream()
                .filter(gauge -> gauge.value() >= 0)
                .map(gauge -> String.valueOf(gauge.getId().getTag("partition"))
                        .replace(topics.name(AggregateType.TODO), "todo"))
                .sorted()
                .toList();
    }

    /** A projector with these beans reads schema 2, and its only version of the projection is version 3. */
    static final class SecondSchema {

        @Bean
        @Primary
        SchemaUpcaster secondSchema() {
            return new SchemaUpcaster(2, List.of(new SchemaUpcaster.Step(AggregateType.TODO, 1, value -> value)));
        }

        @Bean
        ReadModel studyOfTheSecondSchema() {
            return new ThirdVersion();
        }
    }

    private static final class ThirdVersion implements ReadModel {

        @Override
        public String name() {
            return Names.STUDY;
        }

        @Override
        public int version() {
            return 3;
        }

        @Override
        public int schema() {
            return 2;
        }

        @Override
        public Set<AggregateType> reads() {
            return EnumSet.allOf(AggregateType.class);
        }

        @Override
        public void contribute(AmountSink sums, AggregateState state, int factor) {
            StudyContribution.add(sums, state, factor);
        }

        @Override
        public List<Index> indexes() {
            return List.of();
        }
    }
}
