package dev.studybuddy.projector.consume;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Measures the lag of this instance's live generations, so that a rebuild on the same instance can throttle itself.
 * Several threads may use it.
 */
@Component
final class LiveLag {

    private static final Duration MAX_SAMPLE_AGE = Duration.ofSeconds(3);

    private final MonotonicClock clock;
    private volatile @Nullable Sample last;

    private record Sample(long atNanos, Duration lag) {}

    LiveLag(MonotonicClock clock) {
        this.clock = clock;
    }

    /**
     * Records the lag of a live batch.
     *
     * @param lag the age of the batch's oldest event when the batch was applied
     */
    void observe(Duration lag) {
        last = new Sample(clock.nanos(), lag);
    }

    /** Returns the lag of the last live batch, or zero if the last 3 s had none. */
    Duration current() {
        Sample sample = last;
        return sample == null || clock.nanos() - sample.atNanos() > MAX_SAMPLE_AGE.toNanos()
                ? Duration.ZERO
                : sample.lag();
    }
}
