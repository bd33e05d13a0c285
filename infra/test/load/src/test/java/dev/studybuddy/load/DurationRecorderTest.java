package dev.studybuddy.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DurationRecorderTest {

    private final DurationRecorder recorder = new DurationRecorder();

    @Test
    void anIntervalHasOnlyTheDurationsSinceThePreviousOne() {
        recorder.add(Duration.ofMillis(100));
        assertThat(recorder.endInterval().max()).isCloseTo(100, within(1.0));
        recorder.add(Duration.ofMillis(10));

        Percentiles second = recorder.endInterval();

        assertThat(second.count()).isEqualTo(1);
        assertThat(second.max()).isCloseTo(10, within(0.1));
        assertThat(recorder.endInterval()).isEqualTo(Percentiles.NONE);
    }

    @Test
    void theEndHasTheDurationsOfAllIntervals() {
        recorder.add(Duration.ofMillis(100));
        recorder.endInterval();
        recorder.add(Duration.ofMillis(10));

        Percentiles all = recorder.endAll();

        assertThat(all.count()).isEqualTo(2);
        assertThat(all.p50()).isCloseTo(10, within(0.1));
        assertThat(all.max()).isCloseTo(100, within(1.0));
    }
}
