package dev.studybuddy.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestartBackoffTest {

    private final RestartBackoff backoff = new RestartBackoff();

    @Test
    void eachWaitDoublesUpToTheLongest() {
        assertThat(backoff.waitAfter(Duration.ZERO)).isEqualTo(Duration.ofMillis(500));
        assertThat(backoff.waitAfter(Duration.ZERO)).isEqualTo(Duration.ofSeconds(1));
        for (int end = 0; end < 20; end++) {
            backoff.waitAfter(Duration.ZERO);
        }
        assertThat(backoff.waitAfter(Duration.ZERO)).isEqualTo(RestartBackoff.LONGEST);
    }

    @Test
    void aLongRunResetsTheWait() {
        backoff.waitAfter(Duration.ZERO);
        backoff.waitAfter(Duration.ZERO);

        assertThat(backoff.waitAfter(RestartBackoff.HEALTHY_RUN)).isEqualTo(RestartBackoff.FIRST);
    }
}
