package dev.studybuddy.projector.consume;

import java.time.Duration;
import java.time.InstantSource;
import org.springframework.stereotype.Component;

/**
 * Measures the lag of this instance's live generations, so that a rebuild on the same instance can throttle itself.
 * Several threads may use it.
 */
@Component
public final class LiveLag {

    private static final Duration MAX_SAMPLE_AGE = Duration.ofSeconds(3);

    private final InstantSource clock = InstantSource.system();
    private volatile Sample last = new Sample(0, 0);

    private record Sample(long atMillis, long delayMillis) {}

    /**
     * Records the lag of a live batch.
     *
     * @param delay the age of the batch's oldest event when the batch was applied
     */
    public void observe(Duration delay) {
        last = new Sample(clock.millis(), delay.toMillis());
    }

    /** Returns the lag of the last live batch, or zero if the last 3 s had none. */
    public Duration current() {
        Sample sample = last;
        return clock.millis() - sample.atMillis() > MAX_SAMPLE_AGE.toMillis()
                ? Duration.ZERO
                : Duration.ofMillis(sample.delayMillis());
    }
}
