package dev.studybuddy.e2e;

import static dev.studybuddy.e2e.Problems.assertInTime;
import static dev.studybuddy.e2e.Problems.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.audit.AcknowledgedWrites;
import dev.studybuddy.audit.AuditedServers;
import dev.studybuddy.load.http.Answer;
import dev.studybuddy.testkit.ControllableServer;
import dev.studybuddy.testkit.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Makes one server at a time unavailable under a running stack. The calls that do not need the server continue, and the
 * others are rejected with 503 within the limit of an answer. Everything recovers without a restart.
 */
class OutagesIT {

    private static final Duration HEALTH_LIMIT = Duration.ofSeconds(60);
    private static final int WRITES_DURING_OUTAGE = 10;

    /** A stall of the machine delays a few writes beyond the deadline of a request. */
    private static final int WRITES_AT_ONCE_MIN = 8;

    private static final int REJECTED_CALLS = 3;

    private static ControllableServer sql;
    private static ControllableServer kafka;
    private static ControllableServer mongo;
    private static TestStack stack;

    @BeforeAll
    static void start() throws Exception {
        sql = TestServers.startOwnSql();
        kafka = TestServers.startOwnKafka();
        mongo = TestServers.startOwnMongo();
        AuditedServers servers = new AuditedServers(sql.url(), "root", "", kafka.url(), mongo.url(), "outages.");
        stack = TestStack.start("outages", servers, 1, 1);
    }

    @AfterAll
    static void end() throws Exception {
        for (AutoCloseable one : new AutoCloseable[] {stack, mongo, kafka, sql}) {
            if (one != null) {
                one.close();
            }
        }
    }

    @Test
    void withoutMongoDbWritesSucceedAndReadsComeFromSql() throws Exception {
        mongo.kill();

        writeDuringOutage();
        for (String path : new String[] {"/api/users/leaderboard", "/api/reports/analytics"}) {
            assertThat(awaitSource(path, "cockroachdb").status()).isEqualTo(200);
        }
        awaitHealth("degraded", 200, sync -> {
            assertThat(sync.path("databases").path("mongodb").asString("")).isEqualTo("disconnected");
            assertThat(sync.path("databases").path("cockroachdb").asString("")).isEqualTo("connected");
            assertThat(sync.path("sync").path("syncLagSeconds").isNull())
                    .as("the API reports an unknown value as null, not as 0")
                    .isTrue();
        });

        mongo.start();
        awaitRecovery();
        await().atMost(HEALTH_LIMIT)
                .untilAsserted(
                        () -> assertThat(call("GET", "/api/users/leaderboard").header("X-Read-Source"))
                                .hasValue("mongodb"));
    }

    @Test
    void withoutKafkaWritesSucceedAndTheirEventsWait() throws Exception {
        kafka.kill();

        writeDuringOutage();
        assertThat(awaitSource("/api/users/leaderboard", "mongodb").status()).isEqualTo(200);
        awaitHealth("degraded", 200, sync -> {
            assertThat(sync.path("kafka").asString("")).isEqualTo("disconnected");
            assertThat(sync.path("sync").path("queueSize").asInt(-1)).isGreaterThanOrEqualTo(WRITES_DURING_OUTAGE);
            assertThat(sync.path("sync").path("failedEvents").asInt(-1)).isZero();
            assertThat(sync.path("sync").path("consumerLag").path("records").asInt(-1))
                    .as("the API reports an unknown value as null, not as 0")
                    .isEqualTo(-1);
        });

        kafka.start();
        awaitRecovery();
    }

    @Test
    void withoutSqlEveryWriteIsRejectedAndTheHealthIsUnhealthy() throws Exception {
        sql.kill();

        assertRejected();
        assertThat(assertInTime(call("GET", "/api/users/leaderboard")).status()).isIn(200, 503);
        awaitHealth("unhealthy", 503, sync -> {
            assertThat(sync.path("databases").path("cockroachdb").asString("")).isEqualTo("disconnected");
            assertThat(sync.path("databases").path("mongodb").asString("")).isEqualTo("connected");
            assertThat(sync.path("sync").path("queueSize").isNull())
                    .as("the API reports an unknown value as null, not as 0")
                    .isTrue();
        });

        sql.start();
        awaitRecovery();
    }

    @Test
    void aFrozenSqlServerDelaysNoRejectionAndNoHealthReport() throws Exception {
        sql.freeze();
        try {
            assertRejected();
            assertInTime(call("GET", "/health"));
            assertInTime(call("GET", "/api/health/sync"));
        } finally {
            sql.unfreeze();
        }
        awaitRecovery();
    }

    /** Sends each write once, and repeats only those that a stall of the machine delayed too long. */
    private static void writeDuringOutage() throws Exception {
        int createdAtOnce = 0;
        for (int n = 0; n < WRITES_DURING_OUTAGE; n++) {
            Answer made = assertInTime(post("/api/sessions", Map.of("minutes", 5)));
            if (made.status() == 201) {
                createdAtOnce++;
            } else {
                assertProblem(made, 503);
                Answer repeated = assertInTime(createSession());
                assertThat(repeated.status()).as(repeated.toString()).isEqualTo(201);
            }
        }
        assertThat(createdAtOnce).as("writes without a repetition").isGreaterThanOrEqualTo(WRITES_AT_ONCE_MIN);
    }

    /**
     * Reads a path until the given database is the source of the answer. On a slow machine, the other database may be
     * the source, or the API may answer 503.
     */
    private static Answer awaitSource(String path, String source) {
        return await().atMost(HEALTH_LIMIT)
                .until(
                        () -> {
                            Answer read = assertInTime(call("GET", path));
                            assertThat(read.status()).as(read.toString()).isIn(200, 503);
                            return read;
                        },
                        read -> source.equals(read.header("X-Read-Source").orElse("")));
    }

    /**
     * Checks that the API rejects each write within 15 s, and at least one write within the 3 s that a machine without
     * stalls needs.
     */
    private static void assertRejected() throws Exception {
        List<Duration> durations = new ArrayList<>();
        for (int n = 0; n < REJECTED_CALLS; n++) {
            Answer rejected = assertInTime(post("/api/sessions", Map.of("minutes", 5)));
            assertProblem(rejected, 503);
            assertThat(rejected.header("Retry-After")).isPresent();
            durations.add(rejected.took());
        }
        assertThat(durations).anySatisfy(took -> assertThat(took).isLessThan(Problems.ANSWER_LIMIT_WITHOUT_STALLS));
    }

    /** Waits until both health resources report the given state, and checks that each answer until then is in time. */
    private static void awaitHealth(String status, int httpStatus, Consumer<JsonNode> assertions) {
        await().atMost(HEALTH_LIMIT).untilAsserted(() -> {
            Answer health = assertInTime(call("GET", "/health"));
            assertThat(health.status()).as(health.toString()).isEqualTo(httpStatus);
            assertThat(health.text("status")).isEqualTo(status);
            Answer sync = assertInTime(call("GET", "/api/health/sync"));
            assertThat(sync.body().isObject()).as(sync.toString()).isTrue();
            assertThat(sync.text("status")).isEqualTo(status);
            assertions.accept(sync.body());
        });
    }

    /** Waits until the stack is healthy again without a restart, and checks that no write is lost. */
    private static void awaitRecovery() throws Exception {
        stack.awaitHealthy();
        Answer made = createSession();
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        stack.assertExact(new AcknowledgedWrites());
        awaitHealth(
                "healthy",
                200,
                sync -> assertThat(sync.path("sync").path("queueSize").asInt(-1))
                        .isZero());
    }

    private static Answer call(String method, String path) throws Exception {
        return stack.api().call(method, path, null);
    }

    /** Creates a session, and retries while a slow machine causes a 503. */
    private static Answer createSession() {
        return stack.callWithRetry("POST", "/api/sessions", Map.of("minutes", 5), Map.of());
    }

    private static Answer post(String path, Object body) throws Exception {
        return stack.api().call("POST", path, body);
    }
}
