package dev.studybuddy.projector.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RetryTimerTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private final RetryTimer timer = new RetryTimer(nanos::get);

    @Test
    void anAttemptIsDueAfterItsWait() {
        assertThat(timer.isDue()).isTrue();

        Duration wait = timer.recordFailure();
        assertThat(timer.isDue()).isFalse();
        nanos.addAndGet(wait.toNanos() - 1);
        assertThat(timer.isDue()).isFalse();
        nanos.addAndGet(1);
        assertThat(timer.isDue()).isTrue();
    }

    @Test
    void theWaitsDoubleUpToFiveSeconds() {
        assertThat(timer.recordFailure()).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
        assertThat(timer.recordFailure()).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
        for (int n = 0; n < 100; n++) {
            timer.recordFailure();
        }
        assertThat(timer.recordFailure()).isBetween(Duration.ofMillis(2_500), Duration.ofSeconds(5));
    }

    @Test
    void onlyTheFirstRaceIsRetriedWithoutAWait() {
        timer.recordRace();
        assertThat(timer.isDue()).isTrue();

        // The journal is read without a failure, and the batch races again.
        timer.recordRecovery();
        timer.recordRace();
        assertThat(timer.isDue()).isFalse();
        nanos.addAndGet(Duration.ofMillis(100).toNanos());
        assertThat(timer.isDue()).isTrue();

        for (int n = 0; n < 20; n++) {
            timer.recordRecovery();
            timer.recordRace();
        }
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThat(timer.isDue()).isFalse();

        timer.recordSuccess();
        timer.recordRace();
        assertThat(timer.isDue()).isTrue();
    }

    @Test
    void aSuccessStartsTheWaitsAgain() {
        timer.recordFailure();
        timer.recordFailure();
        timer.recordSuccess();

        assertThat(timer.recordFailure()).isLessThanOrEqualTo(Duration.ofMillis(100));
    }
}
