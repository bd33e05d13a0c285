package dev.studybuddy.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private final Backoff backoff = new Backoff();

    @Test
    void waitsDoubleUpToTheMost() {
        assertThat(backoff.after(Duration.ZERO)).isEqualTo(Duration.ofMillis(500));
        assertThat(backoff.after(Duration.ZERO)).isEqualTo(Duration.ofSeconds(1));
        for (int death = 0; death < 20; death++) {
            backoff.after(Duration.ZERO);
        }
        assertThat(backoff.after(Duration.ZERO)).isEqualTo(Backoff.MOST);
    }

    @Test
    void aLongRunIsForgiven() {
        backoff.after(Duration.ZERO);
        backoff.after(Duration.ZERO);

        assertThat(backoff.after(Backoff.WELL)).isEqualTo(Backoff.FIRST);
    }
}
