package dev.studybuddy.api.periodic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

class ThreadLivenessTest {

    private final Task healthy = new Task("healthy", () -> {});
    private final Task failing = new Task("failing", () -> {
        throw new IllegalStateException("a server is unavailable");
    });
    private final Task broken = new Task("broken", () -> {
        throw new AssertionError("a class is missing");
    });
    private final ThreadLiveness health = new ThreadLiveness(List.of(healthy, failing, broken));

    @Test
    void theProcessIsDownAfterAThreadEndedBecauseOfAnError() {
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
        healthy.start();
        failing.start();
        broken.start();

        await().until(() -> !broken.isRunning());

        Health down = health.health();
        assertThat(down.getStatus()).isEqualTo(Status.DOWN);
        assertThat(down.getDetails()).containsEntry("endedThreads", List.of("broken"));
        healthy.stop();
        failing.stop();
    }

    @Test
    void aThreadThatWasStoppedIsNoFault() {
        healthy.start();
        healthy.stop();

        await().until(() -> !healthy.isRunning());
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
    }

    private static final class Task extends PeriodicTask {

        private final Runnable round;

        Task(String name, Runnable round) {
            super(name, Duration.ofMillis(10));
            this.round = round;
        }

        @Override
        protected void runRound() {
            round.run();
        }
    }
}
