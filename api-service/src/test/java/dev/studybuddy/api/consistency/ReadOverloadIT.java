package dev.studybuddy.api.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiWithReports;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RepeatedRounds;
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
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** This test lets many callers read while MongoDB is healthy, frozen or slow, or while a table is locked. */
@Isolated("it measures durations under many concurrent requests")
class ReadOverloadIT extends ApiWithReports {

    private static final int READERS = 60;
    private static final int WRITES = 40;
    private static final int LISTS = 5;
    private static final int MAX_ROUNDS = 5;
    private static final double MONGO_SHARE_MIN = 0.9;

    /** Most calls end within this time. If readers held all connections, a write would wait for up to two seconds. */
    private static final Duration UNDELAYED = Duration.ofSeconds(1);

    /** The requests of a stalled machine are late, but each one ends. */
    private static final Duration LONGEST_WRITE = Duration.ofSeconds(10);

    /** A read without a deadline waits for the frozen server or the lock until the client ends it after 30 s. */
    private static final Duration LONGEST_READ = Duration.ofSeconds(15);

    private static final Duration LIMIT = Duration.ofSeconds(3);

    /** After failed reads, the service answers for a second without a read of MongoDB. */
    private static final Duration OPEN_CIRCUIT = Duration.ofMillis(1500);

    @Test
    void manyReadersDelayNoWriteWhileMongoDbIsFrozen() throws Exception {
        List<ReceivedAnswer> reads;
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
    void concurrentListsOfDeadLettersEndInTimeWhileMongoDbIsFrozen() throws Exception {
        mongo.freeze();
        try {
            RepeatedRounds.assertOneTakesLessThan(LIMIT, ReadOverloadIT::listDeadLetters);
        } finally {
            mongo.unfreeze();
        }
        Awaitility.await().atMost(RECOVERY_LIMIT).until(ApiWithReports::answersFromMongo);
    }

    /** Lists the dead letters in several requests at the same time, and returns the duration of the slowest one. */
    private static Duration listDeadLetters() throws Exception {
        Client reader = api.demo().withoutRetries();
        List<Future<ReceivedAnswer>> running = new ArrayList<>();
        Duration slowest = Duration.ZERO;
        try (ExecutorService readers = Executors.newFixedThreadPool(LISTS)) {
            for (int n = 0; n < LISTS; n++) {
                running.add(readers.submit(() -> reader.get("/api/admin/dead-letters?source=projector")));
            }
            for (Future<ReceivedAnswer> each : running) {
                ReceivedAnswer answer = each.get();
                assertThat(answer.status()).as("%s", answer).isEqualTo(503);
                slowest = answer.duration().compareTo(slowest) > 0 ? answer.duration() : slowest;
            }
        }
        return slowest;
    }

    @Test
    void manyReadersDelayNoWriteWhileMongoDbIsHealthy() throws Exception {
        // CockroachDB answers the reads that a stalled machine delays.
        double fromMongo = readShareFromMongo();
        for (int round = 1; round < MAX_ROUNDS && fromMongo < MONGO_SHARE_MIN; round++) {
            fromMongo = readShareFromMongo();
        }

        assertThat(fromMongo).isGreaterThanOrEqualTo(MONGO_SHARE_MIN);
        String metrics = Client.send(HttpRequest.newBuilder(URI.create(api.managementUrl() + "/actuator/prometheus"))
                        .build())
                .body();
        assertThat(metrics)
                .contains("api_reads_running")
                .contains("api_reads_waiting")
                .contains("api_reads_rejected_total");
    }

    /** Sends writes while many callers read, and returns the share of the successful reads that MongoDB answered. */
    private static double readShareFromMongo() throws Exception {
        List<ReceivedAnswer> answered =
                readDuringWrites().stream().filter(read -> read.status() == 200).toList();
        assertThat(answered)
                .isNotEmpty()
                .allSatisfy(read -> assertThat(read.header("Content-Length")).isNotNull());
        long fromMongo = answered.stream()
                .filter(read -> "mongodb".equals(read.header("X-Read-Source")))
                .count();
        return (double) fromMongo / answered.size();
    }

    /** Sends writes while many callers read, checks all answers, and returns those of the reads. */
    private static List<ReceivedAnswer> readDuringWrites() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        List<ReceivedAnswer> reads = new ArrayList<>();
        List<MeasuredCall> writes = new ArrayList<>();
        Client reader = api.demo().withoutRetries();
        try (ExecutorService readers = Executors.newFixedThreadPool(READERS)) {
            List<Future<List<ReceivedAnswer>>> running = new ArrayList<>();
            for (int n = 0; n < READERS; n++) {
                String path =
                        n % 2 == 0 ? "/api/users/leaderboard?period=week" : "/api/reports/analytics?userId=" + BEN;
                running.add(readers.submit(() -> readUntil(done, new AtomicBoolean(), () -> reader.get(path))));
            }
            try {
                for (int n = 0; n < WRITES; n++) {
                    write(writes);
                }
            } finally {
                done.set(true);
            }
            for (Future<List<ReceivedAnswer>> each : running) {
                reads.addAll(each.get());
            }
        }
        assertNotDelayed(writes);
        assertReadsEnd(reads);
        assertThat(reads).isNotEmpty().allSatisfy(read -> {
            if (read.status() != 200) {
                assertThat(read.problem()).isIn("too-many-reads", "database-unavailable");
                assertThat(read.header("Retry-After")).isEqualTo("1");
            }
        });
        return reads;
    }

    /**
     * Describes a call that the client repeats while its answer is 503.
     *
     * @param rejected whether the first answer is 503
     * @param duration the duration of all attempts
     */
    private record MeasuredCall(boolean rejected, Duration duration) {}

    /** Creates a session, adds the call to the calls, and returns the path of the session. */
    private static String write(List<MeasuredCall> calls) {
        ReceivedAnswer write = measure(calls, api.demo(), client -> client.post("/api/sessions", "{\"minutes\":5}"));
        assertThat(write.status()).isEqualTo(201);
        return String.valueOf(write.header("Location"));
    }

    /** Makes a call and adds it to the calls. */
    private static ReceivedAnswer measure(
            List<MeasuredCall> calls, Client client, Function<Client, ReceivedAnswer> call) {
        long started = System.nanoTime();
        ReceivedAnswer first = call.apply(client.withoutRetries());
        boolean rejected = first.status() == 503;
        ReceivedAnswer last = rejected ? call.apply(client) : first;
        calls.add(new MeasuredCall(rejected, Duration.ofNanos(System.nanoTime() - started)));
        return last;
    }

    /** A stall of the machine delays a few calls, and readers that take the resources of other callers delay most. */
    private static void assertNotDelayed(List<MeasuredCall> calls) {
        assertThat(calls).filteredOn(MeasuredCall::rejected).hasSizeLessThanOrEqualTo(1);
        assertThat(calls)
                .allSatisfy(call -> assertThat(call.duration()).isLessThan(LONGEST_WRITE))
                .filteredOn(call -> call.duration().compareTo(UNDELAYED) < 0)
                .hasSizeGreaterThanOrEqualTo(calls.size() * 9 / 10);
    }

    /** A stall of the machine delays some reads, and a fault of the deadline delays each of them. */
    private static void assertReadsEnd(List<ReceivedAnswer> reads) {
        assertThat(reads)
                .allSatisfy(read -> assertThat(read.duration()).isLessThan(LONGEST_READ))
                .filteredOn(read -> read.duration().compareTo(LIMIT) < 0)
                .hasSizeGreaterThanOrEqualTo(reads.size() / 2);
    }

    @Test
    void manyReadersOfListsDelayNoWriteAndNoOtherCallerWhileTheirTableIsLocked() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        AtomicBoolean rejected = new AtomicBoolean();
        Client heavy = api.newUser().withoutRetries();
        Client other = api.newUser();
        List<MeasuredCall> undisturbed = new ArrayList<>();
        try (Connection connection = sql.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ExecutorService readers = Executors.newFixedThreadPool(READERS)) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE todos IN ACCESS EXCLUSIVE MODE");
            List<Future<List<ReceivedAnswer>>> running = new ArrayList<>();
            for (int n = 0; n < READERS; n++) {
                running.add(readers.submit(() -> readUntil(done, rejected, () -> heavy.get("/api/todos"))));
            }
            try {
                for (int n = 0; n < WRITES || !rejected.get(); n++) {
                    String location = write(undisturbed);
                    assertThat(measure(undisturbed, api.demo(), client -> client.get(location))
                                    .status())
                            .isEqualTo(200);
                    assertThat(measure(undisturbed, other, client -> client.get("/api/sessions"))
                                    .status())
                            .isEqualTo(200);
                }
            } finally {
                done.set(true);
                connection.rollback();
            }
            List<ReceivedAnswer> reads = new ArrayList<>();
            for (Future<List<ReceivedAnswer>> each : running) {
                reads.addAll(each.get());
            }
            assertNotDelayed(undisturbed);
            assertReadsEnd(reads);
            assertThat(reads)
                    .filteredOn(read -> read.status() != 200)
                    .allSatisfy(read -> assertThat(read.header("Retry-After")).isEqualTo("1"))
                    .anySatisfy(read -> assertThat(read.problem()).isEqualTo("too-many-reads"));
        }
        assertThat(api.get("/api/todos").status()).isEqualTo(200);
    }

    @Test
    void eachReadEndsWithinThreeSecondsIfEachAnswerOfMongoDbTakesOne() throws Exception {
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
                    RepeatedRounds.assertOneTakesLessThan(LIMIT, () -> {
                        LockSupport.parkNanos(OPEN_CIRCUIT.toNanos());
                        ReceivedAnswer read = slow.demo().withoutRetries().get(path);
                        assertThat(read.status()).as(path).isIn(200, 503);
                        return read.duration();
                    });
                }
            }
        }
    }

    /**
     * Reads a path until the test is done.
     *
     * @param rejected becomes true when the service rejects a read
     */
    private static List<ReceivedAnswer> readUntil(
            AtomicBoolean done, AtomicBoolean rejected, Supplier<ReceivedAnswer> read) {
        List<ReceivedAnswer> answers = new ArrayList<>();
        while (!done.get()) {
            ReceivedAnswer answer = read.get();
            answers.add(answer);
            if (answer.status() == 503) {
                rejected.set(true);
            }
        }
        return answers;
    }
}
