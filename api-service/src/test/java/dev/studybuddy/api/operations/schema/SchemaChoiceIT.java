package dev.studybuddy.api.operations.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.api.outbox.EventSchema;
import dev.studybuddy.api.testing.AggregateTopics;
import dev.studybuddy.api.testing.ApiDatabases;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.SchemaDowncaster;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.SchemaStore;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/**
 * Runs an API that is able to write an invented second schema, in which todos lack the field {@code writtenIn} of the
 * first one. Consumers that only join a group replace the projectors.
 */
class SchemaChoiceIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String FIRST = "projector-first";
    private static final String SECOND = "projector-second";

    private final String prefix = TestServers.newTopicPrefix();
    private TestDatabase sql;
    private TestMongo mongo;
    private ReadModelFixture model;
    private SchemaStore announcements;

    @BeforeEach
    void open() throws Exception {
        sql = ApiDatabases.newDatabase();
        mongo = TestServers.newMongoDatabase();
        model = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 1);
        model.activate();
        announcements = new SchemaStore(model.database());
        AggregateTopics.create(prefix);
    }

    @AfterEach
    void close() throws Exception {
        AggregateTopics.delete(prefix);
        model.close();
        mongo.close();
        sql.close();
    }

    @Test
    void aNewerSchemaIsWrittenPermanentlyAfterEveryProjectorReadsIt() throws Exception {
        try (KafkaConsumer<byte[], byte[]> first = join(FIRST);
                RunningApi api = start(1)) {
            SchemaReaders readers = api.bean(SchemaReaders.class);
            awaitObstacle(readers, FIRST + " of group " + group() + " announced no schema");
            announcements.announce(FIRST, 1, List.of(), Instant.now());
            awaitObstacle(readers, FIRST + " of group " + group() + " reads schemas up to 1");
            announcements.announce(FIRST, 2, List.of(), Instant.now());
            awaitObstacle(readers, null);
            try (KafkaConsumer<byte[], byte[]> second = join(SECOND)) {
                awaitObstacle(readers, SECOND + " of group " + group() + " announced no schema");
                runRound(api, 2);
                assertThat(schemaOfNewTodo(api)).isEqualTo("1 first");
                announcements.announce(SECOND, 2, List.of(), Instant.now());
                awaitObstacle(readers, null);
                assertThat(first.groupMetadata().groupId())
                        .isEqualTo(second.groupMetadata().groupId());
            }
            runRound(api, 1);
            assertThat(schemaOfNewTodo(api))
                    .as("the setting allows schema 1 only")
                    .isEqualTo("1 first");

            try (RunningApi allowed = start(2)) {
                await("the instance raises the schema by itself")
                        .atMost(TIMEOUT)
                        .until(() -> allowed.bean(EventSchema.class).current() == 2);
                assertThat(schemaOfNewTodo(allowed)).isEqualTo("2 none");
            }
            await("the other instance reads the choice").atMost(TIMEOUT).until(() -> {
                runRound(api, 1);
                return schemaOfNewTodo(api).equals("2 none");
            });
        }
        try (RunningApi restarted = start(1)) {
            assertThat(schemaOfNewTodo(restarted))
                    .as("a lower setting and the end of all projectors do not undo the choice")
                    .isEqualTo("2 none");
            awaitObstacle(
                    restarted.bean(SchemaReaders.class),
                    "no projector serves the active generation of group " + group());
        }
        assertThatThrownBy(() -> RunningApi.start(settings(2)))
                .rootCause()
                .hasMessageContaining("event_schema holds schema 2, but this program writes schemas up to 1");
    }

    private String group() {
        return Names.group(prefix, Names.STUDY, 1);
    }

    private static void runRound(RunningApi api, int highestSchema) {
        new SchemaChoice(
                        api.bean(EventSchema.class), api.bean(SchemaReaders.class), new SchemaProperties(highestSchema))
                .runRound();
    }

    /** Waits until the obstacle to schema 2 is this one. A query that Kafka answers too late is repeated. */
    private static void awaitObstacle(SchemaReaders readers, @Nullable String obstacle) {
        await().atMost(TIMEOUT)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(readers.findObstacle(2)).isEqualTo(obstacle));
    }

    /** Creates a todo and returns the schema of its event and the value of the field that only schema 1 has. */
    private static String schemaOfNewTodo(RunningApi api) {
        ReceivedAnswer created = api.post(
                "/api/todos",
                "{\"title\": \"Read\", \"subject\": \"Math\", \"difficulty\": \"easy\", \"questionsTarget\": 1}");
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        return api.sql()
                .sql("SELECT (headers ->> 'schemaversion') || ' ' || COALESCE(payload ->> 'writtenIn', 'none')"
                        + " FROM outbox WHERE aggregate_id = ?")
                .param(created.text("/id"))
                .query(String.class)
                .single();
    }

    private KafkaConsumer<byte[], byte[]> join(String instance) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        TestServers.kafkaBootstrapServers(),
                        "group.id",
                        group(),
                        "group.protocol",
                        "consumer",
                        "client.id",
                        instance + "-study-g1",
                        "auto.offset.reset",
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.subscribe(List.of(AggregateType.TODO.topic(prefix)));
        consumer.poll(Duration.ofMillis(100));
        return consumer;
    }

    private RunningApi start(int highestSchema) {
        return RunningApi.start(settings(highestSchema), SecondSchema.class);
    }

    private Map<String, String> settings(int highestSchema) {
        return Map.of(
                "spring.datasource.url", sql.url(),
                "spring.datasource.username", sql.username(),
                "spring.datasource.password", sql.password(),
                "spring.mongodb.uri", mongo.uri(),
                "spring.kafka.bootstrap-servers", TestServers.kafkaBootstrapServers(),
                "studybuddy.topic-prefix", prefix,
                "studybuddy.group-prefix", prefix,
                "studybuddy.events.highest-schema", Integer.toString(highestSchema));
    }

    /** An API with this bean is able to write schema 2. */
    static final class SecondSchema {

        @Bean
        @Primary
        SchemaDowncaster secondSchema() {
            return new SchemaDowncaster(
                    2,
                    List.of(new SchemaDowncaster.Step(
                            AggregateType.TODO, 1, value -> value.put("writtenIn", "first"))));
        }
    }
}
