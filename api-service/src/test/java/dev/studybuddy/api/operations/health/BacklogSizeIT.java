package dev.studybuddy.api.operations.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.operations.lag.PipelineSample;
import dev.studybuddy.api.operations.lag.PipelineSampleQuery;
import dev.studybuddy.api.testing.AggregateTopics;
import dev.studybuddy.api.testing.ApiDatabases;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.testkit.ControllableServer;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/**
 * This test reads the health, lists and groups, writes, and triggers a sync, with 1 000 000 pending rows, 500 000
 * dead-lettered rows and 50 000 dead letters of the projector. The system properties
 * {@code studybuddy.backlog.pending}, {@code studybuddy.backlog.dead-letters} and {@code studybuddy.backlog.documents}
 * set other numbers.
 */
@Tag("long")
class BacklogSizeIT {

    private static final int PENDING = Integer.getInteger("studybuddy.backlog.pending", 1_000_000);
    private static final int DEAD_LETTERS = Integer.getInteger("studybuddy.backlog.dead-letters", 500_000);
    /** The embedded MongoDB keeps its indexes in memory, so that the number of documents is limited. */
    private static final int DOCUMENTS = Integer.getInteger("studybuddy.backlog.documents", 50_000);

    private static final int RETRIED_EACH = 500;
    /** One dead letter in this number has a cause of its own, so that a filter by this cause skips all others. */
    private static final int RARE_EACH = 50_000;

    private static final int BATCH = 5_000;
    private static final int CALLS = 20;
    private static final int WRITES = 200;
    private static final int SHARDS = 64;
    /** The counts of dead letters stop at this number. */
    private static final int LEAST_FAILED = 10_001;

    /** The oldest pending row was written 20 minutes before the tests. */
    private static final double LEAST_LAG_SECONDS = 19 * 60.0;

    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final Duration WAIT = Duration.ofSeconds(5);

    private static TestDatabase sql;
    private static ControllableServer mongo;
    private static ReadModelFixture model;
    private static RunningApi api;
    private static JdbcClient jdbc;
    private static String prefix;
    private static Duration calmWrite;
    /** This flag states that the outbox holds the rows that every test expects. */
    private static boolean filled;

    @BeforeAll
    static void start() throws Exception {
        sql = ApiDatabases.newDatabase();
        mongo = TestServers.startOwnMongo();
        prefix = TestServers.newTopicPrefix();
        AggregateTopics.create(prefix);
        jdbc = JdbcClient.create(sql.dataSource());
        api = RunningApi.start(Map.of(
                "spring.datasource.url", sql.url(),
                "spring.datasource.username", sql.username(),
                "spring.datasource.password", sql.password(),
                "spring.mongodb.uri", mongo.url(),
                "spring.kafka.bootstrap-servers", TestServers.kafkaBootstrapServers(),
                "studybuddy.topic-prefix", prefix,
                "studybuddy.group-prefix", prefix));
        model = new ReadModelFixture(mongo.url(), "studybuddy", 1);
        model.activate();
        write();
        calmWrite = write();
        insertDocuments();
    }

    @AfterAll
    static void stop() {
        api.close();
        model.close();
        mongo.close();
        sql.close();
    }

    @BeforeEach
    void fill() {
        if (filled) {
            return;
        }
        jdbc.sql("TRUNCATE TABLE outbox").update();
        jdbc.sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,
                          created_at, retry_count, next_attempt_at, last_error)
                        SELECT n % 64, 'todo', 'pending-' || n, 1, gen_random_uuid(), 'todo.created', '{}',
                          now() - INTERVAL '20 minutes' + n * INTERVAL '1 millisecond',
                          CASE WHEN n % :each = 0 THEN 1 ELSE 0 END,
                          CASE WHEN n % :each = 0 THEN now() + INTERVAL '1 hour' END,
                          CASE WHEN n % :each = 0 THEN 'the broker did not answer' END
                        FROM generate_series(1, :count) AS n""").param("each", RETRIED_EACH).param("count", PENDING).update();
        jdbc.sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,
                          created_at, processed, processed_at, retry_count, last_error, dead_lettered_at)
                        SELECT n % 64, 'session', 'dead-' || n, 1, gen_random_uuid(), 'session.created', '{}',
                          now() - INTERVAL '1 hour', true, now(), 3,
                          CASE WHEN n % :each = 0 THEN 'unreadable' ELSE 'the record has ' || n || ' bytes' END, now()
                        FROM generate_series(1, :count) AS n""").param("each", RARE_EACH).param("count", DEAD_LETTERS).update();
        jdbc.sql("ANALYZE outbox").update();
        filled = true;
    }

    private static void insertDocuments() {
        var letters = model.database().getCollection(Names.DEAD_LETTERS);
        for (String field : List.of("state", "key", "topic", "reason")) {
            letters.createIndex(new Document(field, 1).append("_id", 1));
        }
        letters.createIndex(new Document("state", 1)
                .append("topic", 1)
                .append("reason", 1)
                .append("firstAt", 1)
                .append("_id", 1));
        Instant at = Instant.parse("2026-11-23T10:00:00Z");
        for (int from = 0; from < DOCUMENTS; from += BATCH) {
            letters.insertMany(IntStream.range(from, Math.min(from + BATCH, DOCUMENTS))
                    .mapToObj(offset -> letter(offset, at).toDocument())
                    .toList());
        }
    }

    private static DeadLetter letter(int offset, Instant at) {
        return new DeadLetter(
                "topic-0-" + offset,
                DeadLetter.State.OPEN,
                AggregateType.TODO.topic(prefix),
                0,
                offset,
                null,
                null,
                List.of(),
                offset % RARE_EACH == 0 ? "schema-newer" : "unreadable",
                "",
                0,
                null,
                null,
                at,
                at);
    }

    @Test
    void healthAnswersWithinASecondAndReportsTheBacklog() {
        awaitSample();
        for (int call = 0; call < CALLS; call++) {
            ReceivedAnswer health = api.get("/health");
            assertThat(health.status()).isEqualTo(200);
            assertThat(health.json().path("status").asString()).isEqualTo("degraded");
            assertThat(health.duration()).isLessThan(SECOND);

            ReceivedAnswer answer = api.get("/api/health/sync");
            JsonNode sync = answer.json().path("sync");
            assertThat(answer.duration()).isLessThan(SECOND);
            assertThat(answer.json().at("/databases/cockroachdb").asString()).isEqualTo("connected");
            assertThat(answer.json().at("/databases/mongodb").asString()).isEqualTo("connected");
            assertThat(sync.path("queueSize").longValue()).isBetween(LEAST_FAILED - 1L, (long) PENDING);
            assertThat(sync.path("queueSizeExact").booleanValue(true)).isFalse();
            assertThat(sync.path("failedEvents").longValue()).isEqualTo(LEAST_FAILED);
            assertThat(sync.path("failedEventsExact").booleanValue(true)).isFalse();
            assertThat(sync.path("deadLetters").longValue()).isEqualTo(LEAST_FAILED);
            assertThat(sync.path("deadLettersExact").booleanValue(true)).isFalse();
            assertThat(sync.path("brokenDocumentsExact").booleanValue(false)).isTrue();
            assertThat(sync.path("syncLagSeconds").doubleValue()).isGreaterThan(LEAST_LAG_SECONDS);
        }
        ReceivedAnswer metrics =
                Client.send(HttpRequest.newBuilder(URI.create(api.managementUrl() + "/actuator/prometheus"))
                        .build());
        assertThat(metrics.duration()).isLessThan(SECOND);
        assertThat(metrics.body()).containsPattern("(?m)^sync_lag_seconds \\d").contains("outbox_failed_events");

        List<Duration> samples = new ArrayList<>();
        for (int sample = 0; sample < CALLS; sample++) {
            long startNanos = System.nanoTime();
            PipelineSample pipeline = api.bean(PipelineSampleQuery.class).read();
            samples.add(Duration.ofNanos(System.nanoTime() - startNanos));
            assertThat(pipeline.outbox()).as("sample %s of %s", sample, samples).isNotNull();
            assertThat(pipeline.deadLetters()).isNotNull();
        }
        report("a sample", samples);
        assertThat(percentile(samples, 95)).isLessThan(SECOND);
    }

    @Test
    void writesContinueAsFastAsWithoutABacklog() {
        awaitSample();
        Duration write = write();

        System.out.println("p95 of a write: " + calmWrite.toMillis() + " ms without a backlog, " + write.toMillis()
                + " ms with " + PENDING + " pending rows");
        assertThat(write).isLessThan(calmWrite.multipliedBy(2).plusMillis(20));
    }

    @Test
    void listsAndGroupsAnswerWithinThreeSeconds() {
        for (String path : List.of(
                "/api/admin/outbox/stuck",
                "/api/admin/outbox/stuck?limit=200",
                "/api/admin/outbox/stuck?limit=200&cursor="
                        + api.get("/api/admin/outbox/stuck?limit=200").header("X-Next-Cursor"),
                "/api/admin/dead-letters/groups",
                "/api/admin/dead-letters?limit=200",
                "/api/admin/dead-letters?source=projector&limit=200",
                "/api/admin/dead-letters?source=publisher&limit=200&topic=" + AggregateType.SESSION.topic(prefix),
                "/api/admin/dead-letters?source=publisher&reason=unreadable",
                "/api/admin/dead-letters?source=publisher&cause=unreadable",
                "/api/admin/dead-letters?source=publisher&cause=the%20record%20has%20%23%20bytes",
                "/api/admin/dead-letters?source=publisher&cause=absent",
                "/api/admin/dead-letters?source=projector&state=open&reason=schema-newer&topic="
                        + AggregateType.TODO.topic(prefix),
                "/api/admin/dead-letters?source=projector&cause=schema-newer",
                "/api/admin/dead-letters?source=projector&state=discarded")) {
            ReceivedAnswer answer = api.get(path);
            System.out.println(answer.duration().toMillis() + " ms: " + path);
            assertThat(answer.status()).as("%s: %s", path, answer).isEqualTo(200);
            assertThat(answer.duration()).as(path).isLessThan(LIMIT);
        }
        assertThat(api.get("/api/admin/outbox/stuck").json()).hasSize(100);
        assertThat(api.get("/api/admin/dead-letters/groups").json().path("items"))
                .hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void aSyncTriggerWorksUntilTheBacklogIsDrained() throws Exception {
        awaitSample();
        ReceivedAnswer first = api.post("/api/admin/sync/trigger", "");
        System.out.println(first.duration().toMillis() + " ms: the first trigger, " + first.body());
        assertThat(first.status()).as("%s", first).isEqualTo(200);
        assertThat(first.duration()).isLessThan(LIMIT);
        assertThat(first.json().path("pendingBefore").intValue()).isEqualTo(64_000);
        assertThat(first.json().path("retriesCleared").intValue()).isEqualTo(PENDING / RETRIED_EACH);
        assertThat(first.json().path("visibleInMongo").booleanValue(true)).isFalse();

        try (ExecutorService publisher = Executors.newSingleThreadExecutor()) {
            filled = false;
            Future<?> drained = publisher.submit(BacklogSizeIT::drain);
            JsonNode last;
            do {
                ReceivedAnswer answer = api.post("/api/admin/sync/trigger?waitSeconds=" + WAIT.toSeconds(), "");
                assertThat(answer.status()).as("%s", answer).isEqualTo(200);
                assertThat(answer.duration()).isLessThan(WAIT.plus(LIMIT));
                last = answer.json();
            } while (!drained.isDone());
            drained.get();
            assertThat(last.path("pendingBefore").longValue()).isNotNegative();
        }
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> api.post("/api/admin/sync/trigger", "")
                                .json()
                                .path("pendingAfter")
                                .intValue()
                        == 0);
    }

    /** Marks the pending rows as a publisher does, shard by shard. */
    private static void drain() {
        for (int shard = 0; shard < SHARDS; shard++) {
            jdbc.sql("UPDATE outbox SET processed = true, processed_at = now() WHERE shard = ? AND processed = false")
                    .param(shard)
                    .update();
        }
    }

    /** Waits until the sample shows the backlog. */
    private static void awaitSample() {
        Awaitility.await().atMost(TIMEOUT).until(() -> {
            JsonNode sync = api.get("/api/health/sync").json().path("sync");
            return sync.path("failedEvents").asLong(0) == LEAST_FAILED
                    && sync.path("syncLagSeconds").isNumber()
                    && !sync.path("queueSizeExact").asBoolean(true);
        });
    }

    /** Writes todos one after the other, and returns the 95th percentile of their times. */
    private static Duration write() {
        List<Duration> times = new ArrayList<>();
        for (int write = 0; write < WRITES; write++) {
            ReceivedAnswer answer =
                    api.post("/api/todos", "{\"title\":\"Read\",\"difficulty\":\"easy\",\"questionsTarget\":1}");
            assertThat(answer.status()).isEqualTo(201);
            times.add(answer.duration());
        }
        report("a write", times);
        return percentile(times, 95);
    }

    private static void report(String what, List<Duration> times) {
        System.out.println(what + ": p50 " + percentile(times, 50).toMillis() + " ms, p95 "
                + percentile(times, 95).toMillis() + " ms, longest "
                + percentile(times, 100).toMillis() + " ms");
    }

    private static Duration percentile(List<Duration> times, int percent) {
        return times.stream().sorted().toList().get(Math.max(0, times.size() * percent / 100 - 1));
    }
}
