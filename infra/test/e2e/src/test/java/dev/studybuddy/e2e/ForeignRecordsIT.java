package dev.studybuddy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.load.http.Answer;
import dev.studybuddy.outbox.EventHeaders;
import dev.studybuddy.programs.Service;
import dev.studybuddy.readmodel.Names;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * Sends foreign records, which no service writes, to the topics. After each record, the test checks that the projector
 * still applies the events behind it in the same partition, and that the API still answers. The projector has a heap of
 * 256 MB.
 */
class ForeignRecordsIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int PARTITIONS = 12;
    private static final String ZERO_TIME = "0001-01-01T00:00:00Z";

    private static IsolatedServers isolated;
    private static MongoClient client;
    private static MongoDatabase database;
    private static TestStack stack;
    private static ReadModelOperator study;

    @BeforeAll
    static void start() throws Exception {
        isolated = new IsolatedServers();
        String uri = isolated.servers().mongoUri();
        client = MongoClients.create(uri);
        database = client.getDatabase(uri.replaceAll("^.*/|\\?.*$", ""));
        stack = TestStack.start("foreign-records", isolated.servers(), 1, 1);
        study = new ReadModelOperator(stack, Names.STUDY);
    }

    @AfterAll
    static void end() {
        if (stack != null) {
            stack.close();
        }
        client.close();
        isolated.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 63, 64})
    void aRecordThatUnpacksToManyMegabytesIsADeadLetterAndStopsNoOther(int megabytes) throws Exception {
        String todo = createTodo();
        ProducerRecord<byte[], byte[]> foreign = event(UUID.randomUUID().toString(), "");
        byte[] unpacked = new byte[megabytes * 1_000_000];
        Map<String, Object> packing =
                Map.of("compression.type", "gzip", "max.request.size", 110_000_000, "buffer.memory", 120_000_000L);

        send(
                packing,
                new ProducerRecord<>(foreign.topic(), partitionOf(todo), foreign.key(), unpacked, foreign.headers()));
        complete(todo);

        awaitMirror(todo, 2);
        assertThat(database.getCollection(Names.DEAD_LETTERS).find(new Document("valueBytes", (long) unpacked.length)))
                .singleElement()
                .satisfies(letter -> assertThat(letter)
                        .containsEntry("reason", "too-large")
                        .containsEntry("value", null)
                        .containsEntry("valueOmitted", true));
        assertThat(stack.projectors()).allMatch(Service::isAlive);
    }

    @Test
    void aTransactionMarkerAtTheEndOfAnIdlePartitionCountsAsRead() throws Exception {
        String topic = AggregateType.USER.topic(isolated.servers().topicPrefix());
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of("transactional.id", topic))) {
            producer.initTransactions();
            producer.beginTransaction();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                producer.send(new ProducerRecord<>(topic, partition, "k".getBytes(UTF_8), "{".getBytes(UTF_8)))
                        .get();
            }
            producer.commitTransaction();
        }

        await("the lag is known and zero").atMost(LIMIT).until(() -> {
            JsonNode lag = health().body().path("sync").path("syncLagSeconds");
            return lag.isNumber() && lag.doubleValue() == 0;
        });
        await("a sync trigger is visible")
                .atMost(LIMIT)
                .until(() -> stack.callWithRetry("POST", "/api/admin/sync/trigger?waitSeconds=5", null, Map.of())
                        .body()
                        .path("visibleInMongo")
                        .asBoolean(false));
        study.awaitActive(study.rebuild());
    }

    @Test
    void aForeignEventWhoseIdIsNoUuidDoesNotFailAVerify() throws Exception {
        String todo = createTodo();
        ProducerRecord<byte[], byte[]> foreign = event("no-uuid", "");
        send(
                Map.of(),
                new ProducerRecord<>(
                        foreign.topic(), partitionOf(todo), foreign.key(), foreign.value(), foreign.headers()));
        complete(todo);
        awaitMirror(todo, 2);

        assertThat(study.verify(false).toString()).doesNotContain("no-uuid");
    }

    @Test
    void anEventOfTheYearOneThatWaitsDoesNotBreakTheHealthReport() throws Exception {
        String todo = createTodo();
        Service projector = stack.projectors().getFirst();
        projector.freeze();
        try {
            ProducerRecord<byte[], byte[]> foreign = event(UUID.randomUUID().toString(), "");
            foreign.headers().remove(EventHeaders.TIME).add(EventHeaders.TIME, ZERO_TIME.getBytes(UTF_8));
            send(
                    Map.of(),
                    new ProducerRecord<>(
                            foreign.topic(), partitionOf(todo), foreign.key(), foreign.value(), foreign.headers()));
            complete(todo);

            await("the report shows that events wait").atMost(LIMIT).until(() -> {
                Answer health = health();
                assertThat(health.status()).as(health.toString()).isEqualTo(200);
                return health.body().path("sync").path("syncLagSeconds").doubleValue(0) > 0;
            });
        } finally {
            projector.unfreeze();
        }

        awaitMirror(todo, 2);
    }

    @Test
    void anEventWithAnUnknownFieldThatHasADotIsVisibleWithoutTheField() throws Exception {
        String id = UUID.randomUUID().toString();

        send(Map.of(), event(id, "\"a.b\":{\"$where\":[1e400]},"));

        awaitMirror(id, 1);
        assertThat(mirrors().find(new Document("_id", id)).first())
                .containsEntry("title", "Read")
                .doesNotContainKeys("a.b", "a");
        // This event has no row. With its mirror, the verify before an activation would find drift and fail another
        // test.
        study.verify(true);
        await("the mirror is deleted")
                .atMost(LIMIT)
                .until(() -> study.verify(false).extraCount() == 0);
    }

    /** Returns a well-formed event of a new todo. */
    private static ProducerRecord<byte[], byte[]> event(String id, String unknownFields) {
        Instant now = Instant.parse("2026-11-20T10:00:00Z");
        TodoState state = new TodoState(
                id,
                UUID.randomUUID().toString(),
                "Read",
                "Math",
                Difficulty.EASY,
                5,
                0,
                false,
                null,
                null,
                null,
                1,
                now,
                now);
        String value = EventJson.write(state).replaceFirst("\\{", "{" + unknownFields.replace("$", "\\$"));
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                AggregateType.TODO.topic(isolated.servers().topicPrefix()), id.getBytes(UTF_8), value.getBytes(UTF_8));
        Map.of(
                        EventHeaders.SPEC_VERSION, "1.0",
                        EventHeaders.ID, UUID.randomUUID().toString(),
                        EventHeaders.TYPE, "todo.created",
                        EventHeaders.SOURCE, "/foreign",
                        EventHeaders.TIME, EventJson.text(now),
                        EventHeaders.SUBJECT, id,
                        EventHeaders.CONTENT_TYPE, "application/json",
                        EventHeaders.AGGREGATE_TYPE, "todo",
                        EventHeaders.AGGREGATE_VERSION, "1",
                        EventHeaders.SCHEMA_VERSION, "1")
                .forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
        return record;
    }

    private static void send(Map<String, Object> settings, ProducerRecord<byte[], byte[]> record) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(settings)) {
            producer.send(record).get();
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> settings =
                new HashMap<>(Map.of("bootstrap.servers", isolated.servers().kafka(), "acks", "all"));
        settings.putAll(more);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static int partitionOf(String id) {
        return Utils.toPositive(Utils.murmur2(id.getBytes(UTF_8))) % PARTITIONS;
    }

    private static String createTodo() throws Exception {
        Answer created = stack.callWithRetry(
                "POST",
                "/api/todos",
                Map.of("title", "Read", "subject", "Math", "difficulty", "easy", "questionsTarget", 5),
                Map.of());
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        return created.text("id");
    }

    private static void complete(String todo) throws Exception {
        Answer done = stack.callWithRetry("PATCH", "/api/todos/" + todo, Map.of("completed", true), Map.of());
        assertThat(done.status()).as(done.toString()).isEqualTo(200);
    }

    private static Answer health() throws Exception {
        return stack.api().call("GET", "/api/health/sync", null);
    }

    private static MongoCollection<Document> mirrors() {
        return database.getCollection(Names.mirrors(AggregateType.TODO, study.readActive()));
    }

    private static void awaitMirror(String todo, long version) {
        await(todo + " at " + version)
                .atMost(LIMIT)
                .until(() -> mirrors().countDocuments(new Document("_id", todo).append("version", version)) == 1);
    }
}
