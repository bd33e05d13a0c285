package dev.studybuddy.background;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), new SplittableRandom(1));

    @Test
    void theWaitDoublesUpToItsBound() {
        assertThat(backoff.bound(0)).isEqualTo(Duration.ofMillis(100));
        assertThat(backoff.bound(1)).isEqualTo(Duration.ofMillis(200));
        assertThat(backoff.bound(5)).isEqualTo(Duration.ofMillis(3200));
        assertThat(backoff.bound(6)).isEqualTo(Duration.ofSeconds(5));
        assertThat(backoff.bound(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aLongFirstWaitDoesNotOverflow() {
        Backoff years = new Backoff(Duration.ofDays(3650), Duration.ofDays(36500), new SplittableRandom(1));

        assertThat(years.bound(20)).isEqualTo(Duration.ofDays(36500));
    }

    @Test
    void jitterKeepsTheWaitBetweenHalfAndAllOfTheBound() {
        for (int failures = 0; failures < 50; failures++) {
            assertThat(backoff.nanos(failures))
                    .isBetween(
                            backoff.bound(failures).toNanos() / 2,
                            backoff.bound(failures).toNanos());
        }
    }
}
