package dev.studybuddy.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private final Backoff backoff = new Backoff();

    @Test
    void eachWaitDoublesUpToTheLongest() {
        assertThat(backoff.waitAfter(Duration.ZERO)).isEqualTo(Duration.ofMillis(500));
        assertThat(backoff.waitAfter(Duration.ZERO)).isEqualTo(Duration.ofSeconds(1));
        for (int end = 0; end < 20; end++) {
            backoff.waitAfter(Duration.ZERO);
        }
        assertThat(backoff.waitAfter(Duration.ZERO)).isEqualTo(Backoff.LONGEST);
    }

    @Test
    void aLongRunResetsTheWait() {
        backoff.waitAfter(Duration.ZERO);
        backoff.waitAfter(Duration.ZERO);

        assertThat(backoff.waitAfter(Backoff.HEALTHY_RUN)).isEqualTo(Backoff.FIRST);
    }
}
