package dev.studybuddy.projector.consume;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * Measures the lag of this instance's live generations, so that a rebuild on the same instance can throttle itself. The
 * lag is the highest one of any live partition in the last 5 s, and at least the age of the work in progress. Several
 * threads may use it.
 */
@Component
final class LiveLag {

    private static final Duration MAX_SAMPLE_AGE = Duration.ofSeconds(5);

    private final MonotonicClock clock;
    private final Map<GenerationPartition, Sample> samples = new ConcurrentHashMap<>();
    private final Map<GenerationPartition, Long> workStartNanos = new ConcurrentHashMap<>();

    private record Sample(long atNanos, Duration lag) {}

    LiveLag(MonotonicClock clock) {
        this.clock = clock;
    }

    /** Records that the work on a live batch begins. The caller must call {@link #endWork} afterwards. */
    void beginWork(GenerationPartition partition) {
        workStartNanos.put(partition, clock.nanos());
    }

    /**
     * Records the lag of a live batch, and removes the samples that have expired.
     *
     * @param lag the age of the batch's oldest event when the batch was applied
     */
    void observe(GenerationPartition partition, Duration lag) {
        long now = clock.nanos();
        removeExpired(now);
        samples.merge(
                partition,
                new Sample(now, lag),
                (before, next) -> before.lag().compareTo(next.lag()) > 0 ? before : next);
    }

    /** Records that the work on a live batch has ended, whether or not it succeeded. */
    void endWork(GenerationPartition partition) {
        workStartNanos.remove(partition);
    }

    /** Returns the present lag, or zero if the last 5 s had no live batch and none is in progress. */
    Duration current() {
        long now = clock.nanos();
        removeExpired(now);
        Duration highest = Duration.ZERO;
        for (Sample sample : samples.values()) {
            highest = sample.lag().compareTo(highest) > 0 ? sample.lag() : highest;
        }
        for (long startNanos : workStartNanos.values()) {
            Duration age = Duration.ofNanos(now - startNanos);
            highest = age.compareTo(highest) > 0 ? age : highest;
        }
        return highest;
    }

    /** Returns the number of samples in memory. */
    int sampleCount() {
        return samples.size();
    }

    private void removeExpired(long now) {
        samples.values().removeIf(sample -> now - sample.atNanos() > MAX_SAMPLE_AGE.toNanos());
    }
}
