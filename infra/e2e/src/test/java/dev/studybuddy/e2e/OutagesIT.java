package dev.studybuddy.e2e;

import static dev.studybuddy.e2e.Problems.assertProblem;
import static dev.studybuddy.e2e.Problems.inTime;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.audit.Acknowledgements;
import dev.studybuddy.audit.AuditedServers;
import dev.studybuddy.bench.http.Answer;
import dev.studybuddy.testkit.FaultyServer;
import dev.studybuddy.testkit.TestServers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** One server away at a time, under a running stack: what works goes on, the rest says so at once, all recovers by itself. */
class OutagesIT {

    private static final Duration NOTICED = Duration.ofSeconds(60);
    private static final int WRITES_MEANWHILE = 10;

    private static FaultyServer sql;
    private static FaultyServer kafka;
    private static FaultyServer mongo;
    private static Stack stack;

    @BeforeAll
    static void start() throws Exception {
        sql = TestServers.ownPostgres();
        kafka = TestServers.ownKafka();
        mongo = TestServers.ownMongo();
        AuditedServers servers = new AuditedServers(sql.url(), "root", "", kafka.url(), mongo.url(), "outages.");
        stack = Stack.start("outages", servers, 1, 1);
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
    void withoutMongoDbWritesGoOnAndReadsComeFromSql() throws Exception {
        mongo.kill();

        writeMeanwhile();
        for (String path : new String[] {"/api/users/leaderboard", "/api/reports/analytics"}) {
            Answer read = inTime(call("GET", path));
            assertThat(read.status()).as(read.toString()).isEqualTo(200);
            assertThat(read.header("X-Read-Source")).hasValue("cockroachdb");
        }
        awaitHealth("degraded", 200, sync -> {
            assertThat(sync.path("databases").path("mongodb").asString("")).isEqualTo("disconnected");
            assertThat(sync.path("databases").path("cockroachdb").asString("")).isEqualTo("connected");
            assertThat(sync.path("sync").path("syncLagSeconds").isNull())
                    .as("unknown is not 0")
                    .isTrue();
        });

        mongo.start();
        awaitRecovery();
        await().atMost(NOTICED)
                .untilAsserted(
                        () -> assertThat(call("GET", "/api/users/leaderboard").header("X-Read-Source"))
                                .hasValue("mongodb"));
    }

    @Test
    void withoutKafkaWritesGoOnAndTheirEventsWait() throws Exception {
        kafka.kill();

        writeMeanwhile();
        Answer board = inTime(call("GET", "/api/users/leaderboard"));
        assertThat(board.header("X-Read-Source")).hasValue("mongodb");
        awaitHealth("degraded", 200, sync -> {
            assertThat(sync.path("kafka").asString("")).isEqualTo("disconnected");
            assertThat(sync.path("sync").path("queueSize").asInt(-1)).isGreaterThanOrEqualTo(WRITES_MEANWHILE);
            assertThat(sync.path("sync").path("failedEvents").asInt(-1)).isZero();
            assertThat(sync.path("sync").path("consumerLag").path("records").asInt(-1))
                    .as("unknown is not 0")
                    .isEqualTo(-1);
        });

        kafka.start();
        awaitRecovery();
    }

    @Test
    void withoutSqlEveryWriteSaysSoWithinThreeSeconds() throws Exception {
        sql.kill();

        assertRefused();
        assertThat(inTime(call("GET", "/api/users/leaderboard")).status()).isIn(200, 503);
        awaitHealth("unhealthy", 503, sync -> {
            assertThat(sync.path("databases").path("cockroachdb").asString("")).isEqualTo("disconnected");
            assertThat(sync.path("databases").path("mongodb").asString("")).isEqualTo("connected");
            assertThat(sync.path("sync").path("queueSize").isNull())
                    .as("unknown is not 0")
                    .isTrue();
        });

        sql.start();
        awaitRecovery();
    }

    @Test
    void aFrozenSqlServerHangsNobody() throws Exception {
        sql.pause();
        try {
            assertRefused();
            inTime(call("GET", "/health"));
            inTime(call("GET", "/api/health/sync"));
        } finally {
            sql.resume();
        }
        awaitRecovery();
    }

    private static void writeMeanwhile() throws Exception {
        for (int n = 0; n < WRITES_MEANWHILE; n++) {
            Answer made = inTime(post("/api/sessions", Map.of("minutes", 5)));
            assertThat(made.status()).as(made.toString()).isEqualTo(201);
        }
    }

    private static void assertRefused() throws Exception {
        for (int n = 0; n < 3; n++) {
            Answer refused = inTime(post("/api/sessions", Map.of("minutes", 5)));
            assertProblem(refused, 503);
            assertThat(refused.header("Retry-After")).isPresent();
        }
    }

    /** Waits until both pages tell the truth; each answer on the way comes in time. */
    private static void awaitHealth(String status, int httpStatus, java.util.function.Consumer<JsonNode> truth) {
        await().atMost(NOTICED).untilAsserted(() -> {
            Answer health = inTime(call("GET", "/health"));
            assertThat(health.status()).as(health.toString()).isEqualTo(httpStatus);
            assertThat(health.text("status")).isEqualTo(status);
            Answer sync = inTime(call("GET", "/api/health/sync"));
            assertThat(sync.body().isObject()).as(sync.toString()).isTrue();
            assertThat(sync.text("status")).isEqualTo(status);
            truth.accept(sync.body());
        });
    }

    /** The server is back: nobody restarts anything, and in the end all is there. */
    private static void awaitRecovery() throws Exception {
        stack.awaitWhole();
        Answer made = post("/api/sessions", Map.of("minutes", 5));
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        stack.assertExact(new Acknowledgements());
        awaitHealth(
                "healthy",
                200,
                sync -> assertThat(sync.path("sync").path("queueSize").asInt(-1))
                        .isZero());
    }

    private static Answer call(String method, String path) throws Exception {
        return stack.api().call(method, path, null);
    }

    private static Answer post(String path, Object body) throws Exception {
        return stack.api().call("POST", path, body);
    }
}
