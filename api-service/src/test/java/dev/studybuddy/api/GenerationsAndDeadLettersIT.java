package dev.studybuddy.api;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.bson.types.Binary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/**
 * These tests need a broker: rebuilds and their activation, replays, lag. The fixture takes the path of the projector.
 */
class GenerationsAndDeadLettersIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private TestDatabase sql;
    private TestMongo mongo;
    private ReadModelFixture model;
    private RunningApi api;
    private String prefix;

    @BeforeEach
    void start() {
        sql = TestServers.newDatabase();
        mongo = TestServers.newMongoDatabase();
        prefix = TestServers.newTopicPrefix();
        RunningApi.migrateOutbox(sql.dataSource());
        api = RunningApi.start(Map.of(
                "spring.datasource.url", sql.url(),
                "spring.datasource.username", sql.username(),
                "spring.datasource.password", sql.password(),
                "spring.mongodb.uri", mongo.uri(),
                "spring.kafka.bootstrap-servers", TestServers.kafkaBootstrapServers(),
                "studybuddy.topic-prefix", prefix,
                "studybuddy.group-prefix", prefix));
        model = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 1);
        model.activate();
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

    @Test
    void aRebuildActivatesOnceItCatchesUpAndCanBeRolledBack() throws Exception {
        assertThat(api.post("/api/admin/projections/rebuild", "").status()).isEqualTo(409);
        createTopics();
        // The rebuild has a record to catch up with, so that it is still being built when the second request arrives.
        publish(newLetter(0, "unreadable"));
        var started = api.post("/api/admin/projections/rebuild", "");
        assertThat(started.status()).as("%s", started.json()).isEqualTo(202);
        assertThat(started.json().path("generation").intValue()).isEqualTo(2);
        assertThat(api.post("/api/admin/projections/rebuild", "{}").status()).isEqualTo(409);
        try (ReadModelFixture next = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 2)) {
            next.journals();
            next.journal(AggregateType.TODO, 3, 1);
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .until(() -> projection().path("active").intValue() == 2);
        }
        assertThat(projection().path("previous").intValue()).isEqualTo(1);
        assertThat(projection().path("building").isNull()).isTrue();

        var rollback = api.post("/api/admin/projections/rebuild/1/activate", "");
        assertThat(rollback.status()).as("%s", rollback.json()).isEqualTo(200);
        assertThat(projection().path("active").intValue()).isEqualTo(1);
        assertThat(api.post("/api/admin/projections/rebuild/9/activate", "").status())
                .isEqualTo(404);
    }

    @Test
    void concurrentRebuildRequestsWithOneKeyStartOneRebuild() throws Exception {
        createTopics();
        List<Callable<RunningApi.Answer>> calls = new ArrayList<>();
        for (int n = 0; n < 4; n++) {
            calls.add(() ->
                    api.post("/api/admin/projections/rebuild", "{\"activate\": \"manual\"}", "Idempotency-Key", "one"));
        }
        try (ExecutorService pool = Executors.newFixedThreadPool(calls.size())) {
            List<Future<RunningApi.Answer>> answers = pool.invokeAll(calls);
            for (Future<RunningApi.Answer> answer : answers) {
                // If the first request takes longer than the others wait, they receive 503 and must be repeated.
                RunningApi.Answer response =
                        answer.get().status() == 503 ? calls.getFirst().call() : answer.get();
                assertThat(response.status()).as("%s", response.json()).isEqualTo(202);
                assertThat(response.json().path("generation").intValue()).isEqualTo(2);
            }
        }
        assertThat(projection().path("generations")).hasSize(2);
    }

    @Test
    void anAbortedRebuildIsListedAsAbortedAndItsNumberIsNotReused() throws Exception {
        createTopics();
        api.post("/api/admin/projections/rebuild", "{\"activate\": \"manual\"}");
        assertThat(projection().path("generations").get(1).path("state").asString())
                .isEqualTo("building");

        assertThat(api.send("DELETE", "/api/admin/projections/rebuild/2", null).status())
                .isEqualTo(204);
        assertThat(projection().path("generations").get(1).path("state").asString())
                .isEqualTo("aborted");
        assertThat(api.post("/api/admin/projections/rebuild", "{\"activate\": \"manual\"}")
                        .json()
                        .path("generation")
                        .intValue())
                .isEqualTo(3);
        assertThat(api.post("/api/admin/projections/rebuild", "{\"activate\": \"x\", \"model\": \"y\", \"z\": 1}")
                        .json()
                        .path("errors"))
                .hasSize(3);
    }

    @Test
    void oneReadModelIsRebuiltAndActivatedWhileAnotherIsStillBeingBuilt() throws Exception {
        createTopics();
        try (ReadModelFixture subjects = ReadModelFixture.subjects(mongo.uri(), mongo.databaseName(), 1);
                ReadModelFixture next = ReadModelFixture.subjects(mongo.uri(), mongo.databaseName(), 2)) {
            subjects.activate();
            // The rebuild of study never catches up: it has no journals, and the topics hold a record.
            publish(newLetter(0, "unreadable"));
            assertThat(api.post("/api/admin/projections/rebuild", "{\"model\": \"study\"}")
                            .status())
                    .isEqualTo(202);
            var started = api.post("/api/admin/projections/rebuild", "{\"model\": \"subjects\"}");
            assertThat(started.status()).as("%s", started.json()).isEqualTo(202);
            assertThat(started.json().path("generation").intValue()).isEqualTo(2);
            next.journals();
            next.journal(AggregateType.TODO, 3, 1);
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .until(() -> projection("subjects").path("active").intValue() == 2);

            assertThat(projection("study").path("active").intValue()).isEqualTo(1);
            assertThat(projection("study").path("building").intValue()).isEqualTo(2);
            subjects.journal(AggregateType.TODO, 3, 1);
            assertThat(api.post("/api/admin/projections/rebuild/1/activate?model=subjects", "")
                            .status())
                    .isEqualTo(200);
            assertThat(projection("subjects").path("active").intValue()).isEqualTo(1);
            assertThat(api.send("DELETE", "/api/admin/projections/rebuild/2", null)
                            .status())
                    .isEqualTo(204);
            assertThat(projection("study").path("building").isNull()).isTrue();
            assertThat(projection("subjects").path("active").intValue()).isEqualTo(1);
        }
        assertThat(api.get("/api/admin/audit").json().path("items"))
                .extracting(entry -> String.join(
                        " ",
                        entry.path("action").asString(),
                        entry.path("target").asString(),
                        entry.path("detail").path("outcome").asString(),
                        entry.path("detail").path("generation").asString("-")))
                .contains(
                        "projection.rebuild subjects done 2",
                        "projection.activate subjects/1 done -",
                        "projection.abort study/2 done -");
    }

    @Test
    void aReplayedDeadLetterDiffersOnlyInItsRetryCount() throws Exception {
        createTopics();
        DeadLetter letter = newLetter(0, "unreadable");
        store(letter);
        JsonNode listed = api.get("/api/admin/dead-letters?source=projector&state=open")
                .json()
                .path("items");
        assertThat(listed).hasSize(1);
        String path = "/api/admin/dead-letters/" + listed.get(0).path("id").asString();
        assertThat(api.get(path).json().path("value").asString()).isEqualTo("{broken");

        assertThat(api.post(path + "/replay", "").status()).isEqualTo(200);

        ConsumerRecord<byte[], byte[]> sent = firstRecord(letter.topic(), letter.partition());
        assertThat(sent.value()).isEqualTo("{broken".getBytes(StandardCharsets.UTF_8));
        assertThat(new String(
                        sent.headers().lastHeader(EventHeaders.RETRY_COUNT).value(), StandardCharsets.UTF_8))
                .isEqualTo("1");
        assertThat(api.post(path + "/replay", "").status()).isEqualTo(409);
        assertThat(api.get("/api/admin/dead-letters?state=replayed").json().path("items"))
                .hasSize(1);
        assertThat(api.get("/api/admin/dead-letters/nothing").status()).isEqualTo(404);
    }

    @Test
    void noDeadLetterIsReplayedOrDiscardedWithoutAnAuditRow() throws Exception {
        createTopics();
        DeadLetter replayed = newLetter(0, "unreadable");
        DeadLetter discarded = newLetter(1, "unreadable");
        store(replayed);
        store(discarded);
        String replay = "/api/admin/dead-letters/" + replayed.id() + "/replay";
        String discard = "/api/admin/dead-letters/" + discarded.id();
        JdbcClient jdbc = JdbcClient.create(sql.dataSource());
        jdbc.sql("ALTER TABLE admin_audit RENAME TO hidden_audit").update();

        assertThat(api.post(replay, "").status()).isGreaterThanOrEqualTo(500);
        assertThat(api.send("DELETE", discard, null).status()).isGreaterThanOrEqualTo(500);
        assertThat(api.get("/api/admin/dead-letters?state=open").json().path("items"))
                .hasSize(2);
        assertThat(endOffset(replayed)).isZero();

        jdbc.sql("ALTER TABLE hidden_audit RENAME TO admin_audit").update();
        assertThat(api.post(replay, "").status()).isEqualTo(200);
        assertThat(api.send("DELETE", discard, null).status()).isEqualTo(204);
        assertThat(api.send("DELETE", discard, null).status()).isEqualTo(409);
        assertThat(api.get("/api/admin/audit").json().path("items"))
                .extracting(entry -> entry.path("action").asString()
                        + ' '
                        + entry.path("target").asString()
                        + ' '
                        + entry.path("detail").path("outcome").asString())
                .containsExactlyInAnyOrder(
                        "dead-letter.replay " + replayed.id() + " done",
                        "dead-letter.discard " + discarded.id() + " done");
    }

    @Test
    void deadLettersArePagedAndReplayedByAJobOrDiscarded() throws Exception {
        createTopics();
        for (int n = 0; n < 5; n++) {
            store(newLetter(n, n == 4 ? "schema-newer" : "unreadable"));
        }
        JsonNode page = api.get("/api/admin/dead-letters?limit=3").json();
        assertThat(page.path("items")).hasSize(3);
        assertThat(api.get("/api/admin/dead-letters?limit=3&cursor="
                                + page.path("nextCursor").asString())
                        .json()
                        .path("items"))
                .hasSize(2);
        String body = "{\"reason\": \"unreadable\", \"perSecond\": 1000%s}";
        assertThat(api.post("/api/admin/dead-letters/replay", body.formatted(", \"dryRun\": true"))
                        .json()
                        .path("matched")
                        .intValue())
                .isEqualTo(4);
        String job =
                api.post("/api/admin/dead-letters/replay", body.formatted("")).header("Location");
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> api.get(job).json().path("state").asString().equals("done"));
        assertThat(api.get(job).json().path("done").intValue()).isEqualTo(4);
        JsonNode left = api.get("/api/admin/dead-letters?state=open").json().path("items");
        assertThat(left).hasSize(1);
        assertThat(api.send(
                                "DELETE",
                                "/api/admin/dead-letters/"
                                        + left.get(0).path("id").asString(),
                                null)
                        .status())
                .isEqualTo(204);
        assertThat(api.get("/api/admin/dead-letters?limit=0").status()).isEqualTo(400);
        assertThat(api.get("/api/admin/dead-letters?cursor=x").status()).isEqualTo(400);
    }

    @Test
    void lagIsZeroOnlyIfMongoShowsEveryEvent() throws Exception {
        createTopics();
        Awaitility.await()
                .atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(sync().path("syncLagSeconds").doubleValue(-1))
                        .isZero());
        publish(newLetter(0, "unreadable"));

        Awaitility.await()
                .atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(sync().path("syncLagSeconds").doubleValue(-1))
                        .isPositive());
        assertThat(sync().path("deadLetters").intValue()).isZero();
        model.journal(AggregateType.TODO, 3, 1);
        Awaitility.await()
                .atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(sync().path("syncLagSeconds").doubleValue(-1))
                        .isZero());
        assertThat(api.post("/api/admin/sync/trigger?waitSeconds=20", "")
                        .json()
                        .path("visibleInMongo")
                        .booleanValue())
                .isTrue();
    }

    @Test
    void aReadWaitsForItsWritesAndReportsWhetherItShowsThem() {
        var written = api.post("/api/users", "{\"email\":\"a@example.org\",\"name\":\"Anna\"}");
        String token = written.header("X-Consistency-Token");
        String id = written.json().path("id").asString();

        var before = api.get("/api/users/leaderboard", "X-Consistency-Token", token, "X-Consistency-Wait-Ms", "200");
        model.mirror(AggregateType.USER, ReadModelFixture.user(id, "Anna", true));
        var after = api.get("/api/users/leaderboard", "X-Consistency-Token", token);

        assertThat(before.header("X-Read-Consistent")).isEqualTo("false");
        assertThat(after.header("X-Read-Consistent")).isEqualTo("true");
        JsonNode timeline = api.get("/api/admin/events/" + id).json();
        assertThat(timeline.path("events").get(0).path("eventType").asString()).isEqualTo("user.created");
        assertThat(timeline.path("mirrors").get(0).path("version").intValue()).isEqualTo(1);
    }

    private JsonNode sync() {
        return api.get("/api/health/sync").json().path("sync");
    }

    private JsonNode projection() {
        return projection("study");
    }

    private JsonNode projection(String model) {
        return api.get("/api/admin/projections")
                .json()
                .valueStream()
                .filter(item -> item.path("model").asString().equals(model))
                .findFirst()
                .orElseThrow();
    }

    private DeadLetter newLetter(int offset, String reason) {
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

    private void store(DeadLetter letter) {
        model.database().getCollection(Names.DEAD_LETTERS).insertOne(letter.toDocument());
    }

    /** Stores the dead letter and replays it, which writes its record to its topic. */
    private void publish(DeadLetter letter) {
        store(letter);
        assertThat(api.post("/api/admin/dead-letters/" + letter.id() + "/replay", "")
                        .status())
                .isEqualTo(200);
    }

    private void createTopics() throws Exception {
        try (Admin admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, TestServers.kafkaBootstrapServers()))) {
            List<NewTopic> topics = Stream.of(AggregateType.values())
                    .map(type -> new NewTopic(type.topic(prefix), ReadModelFixture.PARTITIONS, (short) 1))
                    .toList();
            admin.createTopics(topics).all().get();
            // A replay would time out on a partition that has no leader yet.
            Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
            topics.forEach(topic -> IntStream.range(0, topic.numPartitions())
                    .forEach(partition -> ends.put(new TopicPartition(topic.name(), partition), OffsetSpec.latest())));
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .ignoreExceptionsMatching(thrown -> thrown.getCause() instanceof UnknownTopicOrPartitionException)
                    .until(() -> admin.listOffsets(ends).all().get().keySet().equals(ends.keySet()));
        }
    }

    private static long endOffset(DeadLetter letter) throws Exception {
        TopicPartition partition = new TopicPartition(letter.topic(), letter.partition());
        try (Admin admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, TestServers.kafkaBootstrapServers()))) {
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
        }
    }

    private static ConsumerRecord<byte[], byte[]> firstRecord(String topic, int partition) {
        Map<String, Object> settings =
                Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, TestServers.kafkaBootstrapServers());
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition assigned = new TopicPartition(topic, partition);
            consumer.assign(List.of(assigned));
            consumer.seekToBeginning(List.of(assigned));
            Awaitility.await().atMost(TIMEOUT).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(found::add);
                return !found.isEmpty();
            });
        }
        return found.getFirst();
    }
}
