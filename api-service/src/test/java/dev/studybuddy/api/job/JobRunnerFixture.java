package dev.studybuddy.api.job;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.testing.ApiDatabases;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.testkit.TestDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * This fixture runs jobs of kinds that only the tests have. It runs the API once for all classes that extend it, with a
 * database of its own and without Kafka and MongoDB, so each test has kinds of its own.
 */
abstract class JobRunnerFixture {

    static final int ATTEMPTS = 3;

    static final JobsProperties FAST = new JobsProperties(
            Duration.ofSeconds(30), Duration.ofMillis(100), Duration.ofMillis(50), Duration.ofMillis(100), ATTEMPTS);

    static final MeterRegistry METERS = new SimpleMeterRegistry();

    static final TestDatabase sql = ApiDatabases.newDatabase();
    static final RunningApi api = start();
    static final JobTable table = api.bean(JobTable.class);
    static final JobClaims claims = api.bean(JobClaims.class);

    private static RunningApi start() {
        RunningApi started = RunningApi.start(Map.of(
                "spring.datasource.url", sql.url(),
                "spring.datasource.username", sql.username(),
                "spring.datasource.password", sql.password(),
                "spring.mongodb.uri", "mongodb://127.0.0.1:1/studybuddy",
                "spring.kafka.bootstrap-servers", "127.0.0.1:1"));
        Runtime.getRuntime().addShutdownHook(new Thread(started::close));
        return started;
    }

    static UUID submit(String kind) {
        UUID id = UUID.randomUUID();
        table.insert(id, kind, "", Map.of(), Map.of());
        return id;
    }

    static void awaitState(UUID id, JobState state) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> table.find(id).orElseThrow().state() == state);
    }

    static JobRunner runner(String kind, boolean cancellable, Step step) {
        return runner(List.of(handler(kind, cancellable, step)));
    }

    static JobRunner runner(List<JobHandler> handlers) {
        return runner(handlers, FAST);
    }

    static JobRunner runner(List<JobHandler> handlers, JobsProperties properties) {
        return runner(handlers, properties, new JobFailures(handlers, METERS));
    }

    static JobRunner runner(List<JobHandler> handlers, JobsProperties properties, JobFailures failures) {
        JobClaims counted =
                new JobClaims(table, api.bean(JdbcClient.class), api.bean(RetryingTransactions.class), failures);
        return new JobRunner(
                table, counted, handlers, properties, failures, MonotonicClock.SYSTEM, "test-" + UUID.randomUUID());
    }

    /** Returns the number of failures of a kind that runners of this test counted. */
    static double failures(String kind) {
        return METERS.get("job_failures").tag("kind", kind).counter().count();
    }

    static JobHandler handler(String kind, boolean cancellable, Step step) {
        return new JobHandler() {
            @Override
            public String kind() {
                return kind;
            }

            @Override
            public boolean isCancellable() {
                return cancellable;
            }

            @Override
            public void run(JobContext job) {
                step.run(job);
            }
        };
    }

    /** A step is the work of a test's handler. */
    interface Step {
        void run(JobContext job);
    }
}
