package dev.studybuddy.api.testing;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.bson.types.Binary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * This fixture runs the API for each test with databases and topics of its own. The fixture of the read model replaces
 * the projector.
 */
@Execution(ExecutionMode.CONCURRENT)
public abstract class ApiWithKafka {

    protected static final Duration TIMEOUT = Duration.ofSeconds(60);

    protected TestDatabase sql;
    protected TestMongo mongo;
    protected ReadModelFixture model;
    protected RunningApi api;
    protected String prefix;

    @BeforeEach
    protected void start() {
        sql = ApiDatabases.newDatabase();
        mongo = TestServers.newMongoDatabase();
        prefix = TestServers.newTopicPrefix();
        model = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 1);
        // An instance reads which read models exist at its start, and otherwise only every five seconds.
        model.activate();
        api = RunningApi.start(Map.of(
                "spring.datasource.url", sql.url(),
                "spring.datasource.username", sql.username(),
                "spring.datasource.password", sql.password(),
                "spring.mongodb.uri", mongo.uri(),
                "spring.kafka.bootstrap-servers", TestServers.kafkaBootstrapServers(),
                "studybuddy.topic-prefix", prefix,
                "studybuddy.group-prefix", prefix));
        JdbcClient jdbc = JdbcClient.create(sql.dataSource());
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() ->
                        jdbc.sql("SELECT count(*) FROM users").query(Long.class).single() == 1);
        jdbc.sql("DELETE FROM users").update();
        jdbc.sql("DELETE FROM outbox").update();
    }

    @AfterEach
    void stop() {
        api.close();
        model.close();
        mongo.close();
        sql.close();
    }

    protected DeadLetter newDeadLetter(int offset, String reason) {
        Binary key = new Binary(
                UUID.nameUUIDFromBytes(new byte[] {(byte) offset}).toString().getBytes(StandardCharsets.UTF_8));
        Instant at = Instant.parse("2026-11-23T10:00:00Z");
        return new DeadLetter(
                "topic-3-" + offset,
                DeadLetter.State.OPEN,
                AggregateType.TODO.topic(prefix),
                3,
                offset,
                key,
                new Binary("{broken".getBytes(StandardCharsets.UTF_8)),
                List.of(new DeadLetter.Header(
                        EventHeaders.TYPE, new Binary("todo.created".getBytes(StandardCharsets.UTF_8)))),
                reason,
                "no JSON",
                0,
                "todo.created",
                1L,
                at,
                at);
    }

    protected void store(DeadLetter letter) {
        model.database().getCollection(Names.DEAD_LETTERS).insertOne(letter.toDocument());
    }

    /** Writes the record of a dead letter to its topic. A replay by the API would fail if it took over two seconds. */
    protected void publish(DeadLetter letter) throws ExecutionException, InterruptedException {
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", TestServers.kafkaBootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(
                            letter.topic(),
                            letter.partition(),
                            letter.key().getData(),
                            letter.value().getData()))
                    .get();
        }
    }

    /** Creates the topics, as if they had existed when the first generation was built. */
    protected void createTopics() throws Exception {
        FixtureTopics.adopt(model.database(), AggregateTopics.create(prefix));
    }
}
