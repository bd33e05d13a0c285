package dev.studybuddy.api.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.Answer;
import dev.studybuddy.api.testing.ApiWithReports;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.testkit.DelayProxy;
import java.net.URI;
import java.net.http.HttpRequest;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** This test lets many callers read while MongoDB is well, frozen or slow, or while a table is locked. */
class ReadOverloadIT extends ApiWithReports {

    private static final int READERS = 60;
    private static final int WRITES = 40;
    private static final Duration LIMIT = Duration.ofSeconds(3);

    @Test
    void manyReadersDelayNoWriteWhileMongoDbIsFrozen() throws Exception {
        List<Answer> reads;
        mongo.freeze();
        try {
            reads = readDuringWrites();
        } finally {
            mongo.unfreeze();
        }

        assertThat(reads)
                .anySatisfy(read -> assertThat(read.header("X-Read-Source")).isEqualTo("cockroachdb"));
        Awaitility.await().atMost(RECOVERY_LIMIT).until(ApiWithReports::answersFromMongo);
    }

    @Test
    void manyReadersDelayNoWriteWhileMongoDbIsWell() throws Exception {
        List<Answer> reads = readDuringWrites();

        assertThat(reads).allSatisfy(read -> {
            if (read.status() == 200) {
                assertThat(read.header("X-Read-Source")).isEqualTo("mongodb");
                assertThat(read.header("Content-Length")).isNotNull();
            }
        });
        String metrics = Client.send(HttpRequest.newBuilder(URI.create(api.managementUrl() + "/actuator/prometheus"))
                        .build())
                .body();
        assertThat(metrics)
                .contains("api_reads_running")
                .contains("api_reads_waiting")
                .contains("api_reads_rejected_total");
    }

    /** Sends writes while many callers read, checks all answers, and returns those of the reads. */
    private static List<Answer> readDuringWrites() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        List<Answer> reads = new ArrayList<>();
        try (ExecutorService readers = Executors.newFixedThreadPool(READERS)) {
            List<Future<List<Answer>>> running = new ArrayList<>();
            for (int n = 0; n < READERS; n++) {
                String path =
                        n % 2 == 0 ? "/api/users/leaderboard?period=week" : "/api/reports/analytics?userId=" + BEN;
                running.add(readers.submit(() -> readUntil(done, new AtomicBoolean(), () -> api.get(path))));
            }
            try {
                for (int n = 0; n < WRITES; n++) {
                    Answer write = api.post("/api/sessions", "{\"minutes\":5}");
                    assertThat(write.status()).isEqualTo(201);
                    assertThat(write.duration()).isLessThan(Duration.ofSeconds(1));
                }
            } finally {
                done.set(true);
            }
            for (Future<List<Answer>> each : running) {
                reads.addAll(each.get());
            }
        }
        assertThat(reads).isNotEmpty().allSatisfy(read -> {
            assertThat(read.duration()).isLessThan(LIMIT);
            if (read.status() != 200) {
                assertThat(read.problem()).isEqualTo("too-many-reads");
                assertThat(read.header("Retry-After")).isEqualTo("1");
            }
        });
        return reads;
    }

    @Test
    void manyReadersOfListsDelayNoWriteAndNoOtherCallerWhileTheirTableIsLocked() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        AtomicBoolean rejected = new AtomicBoolean();
        Client heavy = api.newUser();
        Client other = api.newUser();
        try (Connection connection = sql.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ExecutorService readers = Executors.newFixedThreadPool(READERS)) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE todos IN ACCESS EXCLUSIVE MODE");
            List<Future<List<Answer>>> running = new ArrayList<>();
            for (int n = 0; n < READERS; n++) {
                running.add(readers.submit(() -> readUntil(done, rejected, () -> heavy.get("/api/todos"))));
            }
            try {
                for (int n = 0; n < WRITES || !rejected.get(); n++) {
                    Answer write = api.post("/api/sessions", "{\"minutes\":5}");
                    Answer written = api.get(String.valueOf(write.header("Location")));
                    assertThat(write.status()).isEqualTo(201);
                    assertThat(write.duration()).isLessThan(Duration.ofSeconds(1));
                    assertThat(written.status()).isEqualTo(200);
                    assertThat(written.duration()).isLessThan(Duration.ofSeconds(1));
                    assertThat(other.get("/api/sessions").status()).isEqualTo(200);
                }
            } finally {
                done.set(true);
                connection.rollback();
            }
            List<Answer> reads = new ArrayList<>();
            for (Future<List<Answer>> each : running) {
                reads.addAll(each.get());
            }
            assertThat(reads)
                    .allSatisfy(read -> assertThat(read.duration()).isLessThan(LIMIT))
                    .filteredOn(read -> read.status() != 200)
                    .allSatisfy(read -> assertThat(read.header("Retry-After")).isEqualTo("1"))
                    .anySatisfy(read -> assertThat(read.problem()).isEqualTo("too-many-reads"));
        }
        assertThat(api.get("/api/todos").status()).isEqualTo(200);
    }

    @Test
    void eachReadEndsWithinThreeSecondsIfEachAnswerOfMongoDbTakesOne() {
        URI address = URI.create(mongo.url());
        try (DelayProxy proxy = DelayProxy.start(address.getHost(), address.getPort())) {
            Map<String, String> properties = new HashMap<>(properties());
            properties.put(
                    "spring.mongodb.uri", "mongodb://127.0.0.1:" + proxy.port() + "/studybuddy?directConnection=true");
            try (RunningApi slow = RunningApi.start(properties)) {
                String around = "/api/users/leaderboard?limit=3&around=" + DORA;
                Awaitility.await()
                        .atMost(RECOVERY_LIMIT)
                        .until(() -> "mongodb".equals(slow.get(around).header("X-Read-Source")));
                proxy.delay(Duration.ofSeconds(1));
                for (String path : List.of(around, "/api/reports/analytics?days=30", "/api/admin/projections")) {
                    Answer read = slow.get(path);
                    assertThat(read.duration()).as(path).isLessThan(LIMIT);
                    assertThat(read.status()).as(path).isIn(200, 503);
                }
            }
        }
    }

    /**
     * Reads a path until the test is done.
     *
     * @param rejected becomes true when the service rejects a read
     */
    private static List<Answer> readUntil(AtomicBoolean done, AtomicBoolean rejected, Supplier<Answer> read) {
        List<Answer> answers = new ArrayList<>();
        while (!done.get()) {
            Answer answer = read.get();
            answers.add(answer);
            if (answer.status() == 503) {
                rejected.set(true);
            }
        }
        return answers;
    }
}
