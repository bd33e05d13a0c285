package dev.studybuddy.projector.consume;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * Measures the lag of this instance's live generations, so that a rebuild on the same instance can throttle itself. The
 * lag of a batch is the time that its oldest record had been in Kafka when the batch was applied. The present lag is
 * the highest lag of any live batch of the last 5 s, and at least the age of each live batch in progress. Several
 * threads may use it.
 */
@Component
final class LiveLag {

    private static final Duration MAX_SAMPLE_AGE = Duration.ofSeconds(5);

    /** Batches that are applied within this time share a sample, so that the number of samples is bounded. */
    private static final Duration SAMPLE_LENGTH = Duration.ofMillis(100);

    private final MonotonicClock clock;

    /** This queue holds the samples in the order of their time. The monitor of this object guards it. */
    private final Deque<Sample> samples = new ArrayDeque<>();

    private final Map<GenerationPartition, Long> workStartNanos = new ConcurrentHashMap<>();

    /** A sample holds the highest lag of the batches from its begin to its end. */
    private record Sample(long beginNanos, long endNanos, Duration lag) {}

    LiveLag(MonotonicClock clock) {
        this.clock = clock;
    }

    /** Records that the work on a live batch begins. The caller must call {@link #endWork} afterwards. */
    void beginWork(GenerationPartition partition) {
        workStartNanos.put(partition, clock.nanos());
    }

    /**
     * Records the lag of a live batch, and removes the samples that have expired. A sample with a lower lag is kept
     * too, because it may expire later than the one with the highest lag.
     *
     * @param lag the time that the batch's oldest record had been in Kafka when the batch was applied
     */
    synchronized void recordLag(Duration lag) {
        long now = clock.nanos();
        removeExpired(now);
        Sample last = samples.peekLast();
        if (last != null && now - last.beginNanos() < SAMPLE_LENGTH.toNanos()) {
            samples.removeLast();
            samples.addLast(new Sample(last.beginNanos(), now, max(last.lag(), lag)));
        } else {
            samples.addLast(new Sample(now, now, lag));
        }
    }

    /** Records that the work on a live batch has ended, whether or not it succeeded. */
    void endWork(GenerationPartition partition) {
        workStartNanos.remove(partition);
    }

    /** Returns the present lag, or zero if the last 5 s had no live batch and none is in progress. */
    synchronized Duration current() {
        long now = clock.nanos();
        removeExpired(now);
        Duration highest = Duration.ZERO;
        for (Sample sample : samples) {
            highest = max(highest, sample.lag());
        }
        for (long startNanos : workStartNanos.values()) {
            highest = max(highest, Duration.ofNanos(now - startNanos));
        }
        return highest;
    }

    /** Returns the number of samples in memory. */
    synchronized int sampleCount() {
        return samples.size();
    }

    private void removeExpired(long now) {
        samples.removeIf(sample -> now - sample.endNanos() > MAX_SAMPLE_AGE.toNanos());
    }

    private static Duration max(Duration first, Duration second) {
        return first.compareTo(second) >= 0 ? first : second;
    }
}
