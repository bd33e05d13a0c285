package dev.studybuddy.api.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.background.Loop;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

class JobTakeOverIT {

    private static final int ATTEMPTS = 3;

    private static final JobsProperties FAST = new JobsProperties(
            Duration.ofSeconds(30), Duration.ofMillis(100), Duration.ofMillis(50), Duration.ofMillis(100), ATTEMPTS);

    private static TestDatabase sql;
    private static RunningApi api;
    private static JobTable table;
    private static JobClaims claims;

    @BeforeAll
    static void start() {
        sql = TestServers.newDatabase();
        RunningApi.migrateOutbox(sql.dataSource());
        api = RunningApi.start(Map.of(
                "spring.datasource.url", sql.url(),
                "spring.datasource.username", sql.username(),
                "spring.datasource.password", sql.password(),
                "spring.mongodb.uri", "mongodb://127.0.0.1:1/studybuddy",
                "spring.kafka.bootstrap-servers", "127.0.0.1:1"));
        table = api.bean(JobTable.class);
        claims = api.bean(JobClaims.class);
    }

    @AfterAll
    static void stop() {
        api.close();
        sql.close();
    }

    @Test
    void aTakenOverJobContinuesAtItsCursorAndLateWritesAreRejected() {
        UUID id = submit("take-over");
        Job dead = claims.claim("take-over", "dead", Duration.ofMillis(300), ATTEMPTS)
                .orElseThrow();
        assertThat(table.progress(dead, "dead", "half-way", 5, 10L, dead.result()))
                .isTrue();
        BlockingQueue<String> cursors = new LinkedBlockingQueue<>();
        JobRunner successor = runner("take-over", true, job -> {
            cursors.add(String.valueOf(job.cursor()));
            job.recordProgress("end", 10, 10L);
        });
        successor.start();
        try {
            awaitState(id, JobState.DONE);
        } finally {
            successor.stop();
        }
        assertThat(cursors).containsExactly("half-way");
        assertThat(table.progress(dead, "dead", "late", 6, 10L, dead.result())).isFalse();
        assertThat(table.find(id).orElseThrow().cursor()).isEqualTo("end");
    }

    @Test
    void oneJobOfAKindRunsAtATime() {
        submit("single");
        submit("single");

        assertThat(claims.claim("single", "one", Duration.ofSeconds(30), ATTEMPTS))
                .isPresent();
        assertThat(claims.claim("single", "two", Duration.ofSeconds(30), ATTEMPTS))
                .isEmpty();
    }

    @Test
    void aCancelledJobStopsAtItsNextCheckpoint() throws Exception {
        UUID id = submit("cancelled");
        CountDownLatch started = new CountDownLatch(1);
        JobRunner runner = runner("cancelled", true, job -> {
            started.countDown();
            while (true) {
                job.waitFor(Duration.ofSeconds(10));
            }
        });
        runner.start();
        try {
            assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(table.cancel(id)).isTrue();
            awaitState(id, JobState.CANCELLED);
        } finally {
            runner.stop();
        }
    }

    /** After an outage or a shutdown, a job is released: its state is running, and no instance owns it. */
    @Test
    void aReleasedJobIsCancelledInsteadOfItsNextAttempt() {
        UUID id = submit("cancelled-released");
        UUID next = submit("cancelled-released");
        claimAndRelease("cancelled-released");
        assertThat(table.cancel(id)).isTrue();
        BlockingQueue<UUID> ran = new LinkedBlockingQueue<>();
        JobRunner runner =
                runner("cancelled-released", true, job -> ran.add(job.job().id()));
        runner.start();
        try {
            awaitState(next, JobState.DONE);
        } finally {
            runner.stop();
        }
        assertThat(ran).containsExactly(next);
        assertThat(table.find(id).orElseThrow().state()).isEqualTo(JobState.CANCELLED);
        assertThat(table.find(id).orElseThrow().finishedAt()).isNotNull();
    }

    @Test
    void aJobIsCancelledAlsoAfterItsLastAttempt() {
        UUID id = submit("cancelled-exhausted");
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            claimAndRelease("cancelled-exhausted");
        }
        assertThat(table.cancel(id)).isTrue();

        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            assertThat(claims.claim("cancelled-exhausted", "two", Duration.ofSeconds(30), ATTEMPTS))
                    .isEmpty();
            return table.find(id).orElseThrow().state() != JobState.RUNNING;
        });
        assertThat(table.find(id).orElseThrow().state()).isEqualTo(JobState.CANCELLED);
    }

    private static void claimAndRelease(String kind) {
        Job job = Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> claims.claim(kind, "one", Duration.ofSeconds(30), ATTEMPTS), Optional::isPresent)
                .orElseThrow();
        assertThat(table.release(job, "one", "an outage", Duration.ZERO)).isTrue();
    }

    /** The cancelled job ends before its work is complete, so it does not do the work of a job that starts now. */
    @Test
    void aStartAfterACancellationQueuesAnotherJob() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        JobHandler handler = handler("restarted", true, job -> {
            started.countDown();
            await(released);
        });
        StaticListableBeanFactory handlers = new StaticListableBeanFactory();
        handlers.addBean("restarted", handler);
        Jobs jobs =
                new Jobs(table, api.bean(JobList.class), new JsonMapper(), handlers.getBeanProvider(JobHandler.class));
        Map<String, ?> settings = Map.of("repair", true);
        UUID cancelled = jobs.submit("restarted", "study", settings);
        JobRunner runner = runner(List.of(handler));
        runner.start();
        try {
            assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(jobs.submitUnlessUnfinished("restarted", "study", settings))
                    .isEqualTo(new Jobs.Submission(cancelled, false));
            assertThat(jobs.cancel(cancelled)).isEqualTo(Jobs.Cancellation.REQUESTED);

            Jobs.Submission next = jobs.submitUnlessUnfinished("restarted", "study", settings);

            assertThat(next.queued()).isTrue();
            assertThat(next.id()).isNotEqualTo(cancelled);
            assertThat(jobs.submitUnlessUnfinished("restarted", "study", settings))
                    .isEqualTo(new Jobs.Submission(next.id(), false));
        } finally {
            released.countDown();
            runner.stop();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** Another transaction holds the lock for a lease. Each renewal of the locked row ends at the timeout. */
    @Test
    void aLockedRowOfAJobDoesNotEndTheLeasesOfOtherJobs() throws Exception {
        // The lease exceeds a stall of the machine, during which no lease is renewed.
        Duration lease = Duration.ofSeconds(10);
        UUID locked = submit("locked-row");
        UUID other = submit("other-row");
        CountDownLatch started = new CountDownLatch(2);
        Step waits = job -> {
            started.countDown();
            while (true) {
                job.waitFor(Duration.ofSeconds(10));
            }
        };
        JobRunner runner = new JobRunner(
                table,
                claims,
                List.of(handler("locked-row", true, waits), handler("other-row", true, waits)),
                new JobsProperties(lease, Duration.ofMillis(100), Duration.ofMillis(100), lease, ATTEMPTS),
                MonotonicClock.SYSTEM,
                "test-" + UUID.randomUUID());
        runner.start();
        try (Connection connection = sql.dataSource().getConnection()) {
            assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
            connection.setAutoCommit(false);
            try (PreparedStatement lock = connection.prepareStatement("SELECT 1 FROM jobs WHERE id = ? FOR UPDATE")) {
                lock.setObject(1, locked);
                lock.executeQuery();
            }
            JdbcClient jdbc = JdbcClient.create(sql.dataSource());
            Instant after = leaseEnd(jdbc, other).plus(lease);

            Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> leaseEnd(jdbc, other).isAfter(after));

            assertThat(table.find(other).orElseThrow().epoch()).isOne();
            connection.rollback();
        } finally {
            runner.stop();
        }
    }

    private static Instant leaseEnd(JdbcClient jdbc, UUID job) {
        return jdbc.sql("SELECT lease_expires_at FROM jobs WHERE id = ?")
                .param(job)
                .query(Timestamp.class)
                .single()
                .toInstant();
    }

    @Test
    void anOutageIsRetriedAndAnotherErrorFailsTheJob() {
        UUID outage = submit("outage");
        JobRunner runner = runner("outage", true, job -> {
            if (job.cursor() == null) {
                job.recordProgress("once", 1, null);
                throw new TransientDataAccessResourceException("unavailable", new SQLException("unavailable", "08006"));
            }
        });
        UUID failing = submit("failing");
        JobRunner failingRunner = runner("failing", true, job -> {
            throw new IllegalStateException("a permanent error");
        });
        runner.start();
        failingRunner.start();
        try {
            awaitState(outage, JobState.DONE);
            awaitState(failing, JobState.FAILED);
        } finally {
            runner.stop();
            failingRunner.stop();
        }
        assertThat(table.find(failing).orElseThrow().error()).contains("a permanent error");
    }

    @Test
    void aLockTimeoutIsRetried() {
        UUID locked = submit("locked");
        JobRunner runner = runner("locked", true, job -> {
            if (job.cursor() == null) {
                job.recordProgress("once", 1, null);
                throw new CannotAcquireLockException("locked", new SQLException("lock timeout", "55P03"));
            }
        });
        runner.start();
        try {
            awaitState(locked, JobState.DONE);
        } finally {
            runner.stop();
        }
        assertThat(table.find(locked).orElseThrow().epoch()).isEqualTo(2);
    }

    @Test
    void aJobThatEndsItsProcessInEachAttemptFails() {
        UUID deadly = submit("deadly");
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> claims.claim("deadly", "dies", Duration.ofMillis(1), ATTEMPTS)
                            .isPresent());
        }
        UUID next = submit("deadly");
        JobRunner survivor = runner("deadly", true, job -> {});
        survivor.start();
        try {
            awaitState(deadly, JobState.FAILED);
            awaitState(next, JobState.DONE);
        } finally {
            survivor.stop();
        }
        Job failed = table.find(deadly).orElseThrow();
        assertThat(failed.epoch()).isEqualTo(ATTEMPTS);
        assertThat(failed.error()).contains("claimed 3 times");
    }

    @Test
    void aJobThatCannotBeCancelledIsClaimedAgainWithoutEnd() {
        UUID id = submit("lasting");
        for (int attempt = 1; attempt <= ATTEMPTS + 1; attempt++) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> claims.claimUncancellable(
                                    "lasting", "dies", Duration.ofMillis(1), attempts -> Duration.ofMillis(1))
                            .isPresent());
        }
        assertThat(table.find(id).orElseThrow().epoch()).isEqualTo(ATTEMPTS + 1);
    }

    @Test
    void aJobWhoseAttemptsFailBlocksNoJobBehindIt() {
        UUID stuck = submit("stuck");
        UUID next = submit("stuck");
        JobRunner runner = runner("stuck", false, job -> {
            if (job.job().id().equals(stuck)) {
                throw new IllegalStateException("a lasting error");
            }
        });
        runner.start();
        try {
            awaitState(next, JobState.DONE);
        } finally {
            runner.stop();
        }
        Job waiting = table.find(stuck).orElseThrow();
        assertThat(waiting.state()).isEqualTo(JobState.QUEUED);
        assertThat(waiting.error()).contains("a lasting error");
    }

    @Test
    void aJobWhoseProcessDiesBlocksNoJobBehindIt() {
        UUID deadly = submit("dying");
        UUID next = submit("dying");
        Job first = claimUncancellable("dying").orElseThrow();
        assertThat(first.id()).isEqualTo(deadly);

        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            claimUncancellable("dying");
            return table.find(next).orElseThrow().state() == JobState.RUNNING;
        });
        assertThat(table.find(deadly).orElseThrow().state()).isEqualTo(JobState.QUEUED);
    }

    @Test
    void manyShortJobsNeedNoRoundOfClaimsEach() {
        List<UUID> ids = Stream.generate(() -> submit("short")).limit(50).toList();
        JobRunner runner = new JobRunner(
                table,
                claims,
                List.of(handler("short", true, job -> {})),
                new JobsProperties(
                        Duration.ofSeconds(30),
                        Duration.ofMillis(100),
                        Duration.ofMinutes(10),
                        Duration.ofMillis(100),
                        ATTEMPTS),
                MonotonicClock.SYSTEM,
                "test-" + UUID.randomUUID());
        runner.start();
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> ids.stream()
                            .allMatch(id -> table.find(id).orElseThrow().state() == JobState.DONE));
        } finally {
            runner.stop();
        }
    }

    private static Optional<Job> claimUncancellable(String kind) {
        return claims.claimUncancellable(kind, "dies", Duration.ofMillis(50), attempts -> Duration.ofMinutes(10));
    }

    @Test
    void anErrorOfTheVirtualMachineIsRetriedUntilNoAttemptIsLeft() {
        UUID id = submit("error");
        JobRunner runner = runner("error", true, job -> {
            throw new StackOverflowError("too deep");
        });
        runner.start();
        try {
            awaitState(id, JobState.FAILED);
        } finally {
            runner.stop();
        }
        assertThat(table.find(id).orElseThrow().epoch()).isEqualTo(ATTEMPTS);
    }

    @Test
    void aThreadOfTheRunnerThatEndsByAnErrorIsReported() {
        JobRunner runner = runner(List.of(new JobHandler() {
            @Override
            public String kind() {
                throw new AssertionError("a class is missing");
            }

            @Override
            public void run(JobContext job) {}
        }));
        runner.start();
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(runner.loops())
                            .filteredOn(Loop::hasEndedByError)
                            .extracting(Loop::name)
                            .containsExactly("job-claims"));
        } finally {
            runner.stop();
        }
    }

    @Test
    void aLateRenewalDoesNotProlongAReleasedLease() {
        UUID id = submit("released");
        Job job = claims.claim("released", "one", Duration.ofSeconds(30), ATTEMPTS)
                .orElseThrow();
        assertThat(table.release(job, "one", "an outage", Duration.ofSeconds(30)))
                .isTrue();

        assertThat(table.renew(job, "one", Duration.ofHours(1))).isEmpty();
        assertThat(table.find(id).orElseThrow().state()).isEqualTo(JobState.RUNNING);
    }

    @Test
    void aJobWithTheSameIdIsQueuedOnce() {
        UUID id = UUID.randomUUID();

        assertThat(table.insertIfAbsent(id, "once", "", Map.of(), Map.of())).isTrue();
        assertThat(table.insertIfAbsent(id, "once", "", Map.of(), Map.of())).isFalse();
    }

    @Test
    void aJobThatCannotBeReadStopsNoOtherKind() {
        UUID unreadable = submit("unreadable");
        JdbcClient.create(sql.dataSource())
                .sql("UPDATE jobs SET settings = '[]' WHERE id = ?")
                .param(unreadable)
                .update();
        UUID healthy = submit("healthy");
        JobRunner runner = runner(List.of(handler("unreadable", true, job -> {}), handler("healthy", true, job -> {})));
        runner.start();
        try {
            awaitState(healthy, JobState.DONE);
        } finally {
            runner.stop();
        }
    }

    private static UUID submit(String kind) {
        UUID id = UUID.randomUUID();
        table.insert(id, kind, "", Map.of(), Map.of());
        return id;
    }

    private static void awaitState(UUID id, JobState state) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> table.find(id).orElseThrow().state() == state);
    }

    private static JobRunner runner(String kind, boolean cancellable, Step step) {
        return runner(List.of(handler(kind, cancellable, step)));
    }

    private static JobRunner runner(List<JobHandler> handlers) {
        return new JobRunner(table, claims, handlers, FAST, MonotonicClock.SYSTEM, "test-" + UUID.randomUUID());
    }

    private static JobHandler handler(String kind, boolean cancellable, Step step) {
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
    private interface Step {
        void run(JobContext job);
    }
}
