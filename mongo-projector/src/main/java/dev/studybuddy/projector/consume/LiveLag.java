package dev.studybuddy.projector.consume;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.Iterator;
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
    private final Map<Object, Sample> samples = new ConcurrentHashMap<>();
    private final Map<Object, Long> workStartNanos = new ConcurrentHashMap<>();

    private record Sample(long atNanos, Duration lag) {}

    LiveLag(MonotonicClock clock) {
        this.clock = clock;
    }

    /**
     * Records that the work on a live batch begins. The caller must call {@link #endWork} afterwards.
     *
     * @param partition the partition task that does the work
     */
    void beginWork(Object partition) {
        workStartNanos.put(partition, clock.nanos());
    }

    /**
     * Records the lag of a live batch.
     *
     * @param partition the partition task that applied the batch
     * @param lag the age of the batch's oldest event when the batch was applied
     */
    void observe(Object partition, Duration lag) {
        long now = clock.nanos();
        samples.merge(
                partition,
                new Sample(now, lag),
                (before, next) -> isCurrent(before, now) && before.lag().compareTo(next.lag()) > 0 ? before : next);
    }

    /** Records that the work on a live batch has ended, whether or not it succeeded. */
    void endWork(Object partition) {
        workStartNanos.remove(partition);
    }

    /** Returns the present lag, or zero if the last 5 s had no live batch and none is in progress. */
    Duration current() {
        long now = clock.nanos();
        Duration highest = Duration.ZERO;
        for (Iterator<Sample> all = samples.values().iterator(); all.hasNext(); ) {
            Sample sample = all.next();
            if (!isCurrent(sample, now)) {
                all.remove();
            } else if (sample.lag().compareTo(highest) > 0) {
                highest = sample.lag();
            }
        }
        for (long startNanos : workStartNanos.values()) {
            Duration age = Duration.ofNanos(now - startNanos);
            highest = age.compareTo(highest) > 0 ? age : highest;
        }
        return highest;
    }

    private static boolean isCurrent(Sample sample, long now) {
        return now - sample.atNanos() <= MAX_SAMPLE_AGE.toNanos();
    }
}
