package dev.studybuddy.api.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.TransientDataAccessResourceException;

/** This test runs jobs whose attempts end by an error. */
class JobRetryIT extends JobRunnerFixture {

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
        UUID rejected = submit("rejected");
        JobRunner rejectedRunner = runner("rejected", true, job -> {
            throw new JobFailedException("the data do not permit this");
        });
        JobRunner failingRunner = runner("failing", true, job -> {
            throw new IllegalStateException("a permanent error");
        });
        runner.start();
        failingRunner.start();
        rejectedRunner.start();
        try {
            awaitState(outage, JobState.DONE);
            awaitState(failing, JobState.FAILED);
            awaitState(rejected, JobState.FAILED);
        } finally {
            runner.stop();
            failingRunner.stop();
            rejectedRunner.stop();
        }
        assertThat(table.find(failing).orElseThrow().error()).contains("a permanent error");
        assertThat(failures("failing")).isOne();
        assertThat(failures("outage")).isZero();
        assertThat(failures("rejected")).isZero();
    }

    @Test
    void theFailuresOfEachKindAreCountedFromTheStart() {
        assertThat(api.bean(MeterRegistry.class).get("job_failures").counters())
                .extracting(counter -> counter.getId().getTag("kind"))
                .contains("activation", "backup", "snapshot", "subject-change", "user-deletion", "verify")
                .doesNotHaveDuplicates();
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
        assertThat(failures("stuck")).isGreaterThanOrEqualTo(1);
    }

    @Test
    void aLastingOutageOfAJobThatCannotBeCancelledIsCounted() {
        UUID lasting = submit("lasting-outage");
        UUID brief = submit("brief-outage");
        Step failsOnce = job -> {
            if (job.cursor() == null) {
                job.recordProgress("once", 1, null);
                throw new TransientDataAccessResourceException("unavailable", new SQLException("unavailable", "08006"));
            }
        };
        // After so many attempts, the wait for the next one is the longest.
        api.sql()
                .sql("UPDATE jobs SET lease_epoch = 30 WHERE id = ?")
                .param(lasting)
                .update();
        JobRunner briefRunner = runner("brief-outage", false, failsOnce);
        JobRunner lastingRunner = runner("lasting-outage", false, failsOnce);
        briefRunner.start();
        lastingRunner.start();
        try {
            awaitState(brief, JobState.DONE);
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> failures("lasting-outage") == 1);
        } finally {
            briefRunner.stop();
            lastingRunner.stop();
        }
        assertThat(table.find(lasting).orElseThrow().state()).isEqualTo(JobState.QUEUED);
        assertThat(failures("brief-outage")).isZero();
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
        assertThat(failures("error")).isOne();
    }
}
