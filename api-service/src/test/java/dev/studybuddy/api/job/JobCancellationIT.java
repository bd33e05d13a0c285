package dev.studybuddy.api.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import tools.jackson.databind.json.JsonMapper;

/** This test cancels jobs that run, and jobs that wait for their next attempt. */
class JobCancellationIT extends JobRunnerFixture {

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
    void aJobIsCancelledEvenAfterItsLastAttempt() {
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
}
