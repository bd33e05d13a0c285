package dev.studybuddy.api.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** This test takes jobs over after the end of their leases, and renews leases. */
class JobTakeOverIT extends JobRunnerFixture {

    @Test
    void aTakenOverJobContinuesAtItsCursorAndLateWritesAreRejected() {
        UUID id = submit("take-over");
        Job dead = claims.claim("take-over", "dead", Duration.ofMillis(300), ATTEMPTS)
                .orElseThrow();
        assertThat(table.recordProgress(dead, "dead", "half-way", 5, 10L, dead.result()))
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
        assertThat(table.recordProgress(dead, "dead", "late", 6, 10L, dead.result()))
                .isFalse();
        assertThat(table.find(id).orElseThrow().cursor()).isEqualTo("end");
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
        JobRunner runner = runner(
                List.of(handler("locked-row", true, waits), handler("other-row", true, waits)),
                new JobsProperties(lease, Duration.ofMillis(100), Duration.ofMillis(100), lease, ATTEMPTS));
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
    void aJobThatEndsItsProcessInEachAttemptFails() {
        UUID crashing = submit("crashing");
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> claims.claim("crashing", "crashes", Duration.ofMillis(1), ATTEMPTS)
                            .isPresent());
        }
        UUID next = submit("crashing");
        JobRunner other = runner("crashing", true, job -> {});
        other.start();
        try {
            awaitState(crashing, JobState.FAILED);
            awaitState(next, JobState.DONE);
        } finally {
            other.stop();
        }
        Job failed = table.find(crashing).orElseThrow();
        assertThat(failed.epoch()).isEqualTo(ATTEMPTS);
        assertThat(failed.error()).contains("claimed 3 times");
        assertThat(failures("crashing")).isOne();
    }

    @Test
    void aJobThatCannotBeCancelledIsClaimedAgainWithoutEnd() {
        UUID id = submit("lasting");
        for (int attempt = 1; attempt <= ATTEMPTS + 1; attempt++) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> claims.claimUncancellable(
                                    "lasting",
                                    "crashes",
                                    Duration.ofMillis(1),
                                    attempts -> Duration.ofMillis(1),
                                    attempts -> false)
                            .isPresent());
        }
        assertThat(table.find(id).orElseThrow().epoch()).isEqualTo(ATTEMPTS + 1);
    }

    @Test
    void aJobWhoseProcessCrashesBlocksNoJobBehindIt() {
        UUID crashed = submit("crashed");
        UUID next = submit("crashed");
        Job first = claimUncancellable("crashed").orElseThrow();
        assertThat(first.id()).isEqualTo(crashed);

        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            claimUncancellable("crashed");
            return table.find(next).orElseThrow().state() == JobState.RUNNING;
        });
        assertThat(table.find(crashed).orElseThrow().state()).isEqualTo(JobState.QUEUED);
    }

    private static Optional<Job> claimUncancellable(String kind) {
        return claims.claimUncancellable(
                kind, "crashes", Duration.ofMillis(50), attempts -> Duration.ofMinutes(10), attempts -> false);
    }

    @Test
    void lastingCrashesOfAJobThatCannotBeCancelledAreCounted() {
        UUID id = submit("lasting-crash");
        JobClaims counted = new JobClaims(
                table,
                api.bean(JdbcClient.class),
                api.bean(RetryingTransactions.class),
                new JobFailures(List.of(handler("lasting-crash", false, job -> {})), METERS));
        // Each call either claims the job or queues it again. The end of the second of three leases is counted.
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            counted.claimUncancellable(
                    "lasting-crash",
                    "crashes",
                    Duration.ofMillis(1),
                    attempts -> Duration.ofMillis(1),
                    attempts -> attempts > 1);
            return table.find(id).orElseThrow().epoch() == 3;
        });
        assertThat(failures("lasting-crash")).isOne();
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
}
