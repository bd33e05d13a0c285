package dev.studybuddy.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.background.Loop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

class ThreadLivenessTest {

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    private final Work healthy = new Work(new Loop("healthy", () -> TimeUnit.HOURS.toNanos(1)));
    private final Work broken = new Work(new Loop("broken", () -> {
        throw new AssertionError("a class is missing");
    }));
    private final ThreadLiveness liveness = new ThreadLiveness(List.of(healthy, broken));

    @Test
    void theProcessIsDownAfterAThreadEndedBecauseOfAnError() {
        assertThat(liveness.health().getStatus()).isEqualTo(Status.UP);
        healthy.start();
        broken.start();

        await().until(() -> !broken.isRunning());

        Health health = liveness.health();
        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails()).containsEntry("endedThreads", List.of("broken"));
        healthy.stop();
    }

    @Test
    void aThreadThatWasStoppedIsNoFault() {
        healthy.start();
        healthy.stop();

        assertThat(healthy.isRunning()).isFalse();
        assertThat(liveness.health().getStatus()).isEqualTo(Status.UP);
    }

    private record Work(Loop loop) implements BackgroundWork {

        @Override
        public Duration stopTimeout() {
            return STOP_TIMEOUT;
        }
    }
}
