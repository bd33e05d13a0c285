package dev.studybuddy.projector.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProgressSignalTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final ProgressSignal progress = new ProgressSignal();

    @Test
    void anyNumberOfSignalsCountsAsOne() throws InterruptedException {
        for (int n = 0; n < 100_000; n++) {
            progress.send();
        }

        assertThat(progress.await(LONG)).isTrue();
        assertThat(progress.await(Duration.ZERO)).isFalse();
    }

    @Test
    void aSignalEndsAWait() throws InterruptedException {
        Thread worker = Thread.ofVirtual().start(progress::send);

        assertThat(progress.await(LONG)).isTrue();

        worker.join();
    }
}
