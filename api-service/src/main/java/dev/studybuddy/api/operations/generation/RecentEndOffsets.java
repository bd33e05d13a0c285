package dev.studybuddy.api.operations.generation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the end offsets that were recorded in the last seconds. A generation that has reached older ends is behind by
 * less than their age, however many records arrive in that time. Only one thread uses an instance.
 */
final class RecentEndOffsets {

    private final Duration minAge;
    private final Duration maxAge;
    private final Deque<TimedEnds> recorded = new ArrayDeque<>();

    /**
     * Creates an empty history.
     *
     * @param minAge the least age of the ends that {@link #find} returns, so that a generation is not compared with the
     *     present ends
     * @param maxAge the greatest age of the ends that {@link #find} returns; older ends are removed
     */
    RecentEndOffsets(Duration minAge, Duration maxAge) {
        this.minAge = minAge;
        this.maxAge = maxAge;
    }

    /**
     * Records the present ends.
     *
     * @param ends the end offset of each partition, by journal id
     * @param nowNanos the reading of the monotonic clock before the ends were read
     */
    void record(Map<String, Long> ends, long nowNanos) {
        recorded.addLast(new TimedEnds(Map.copyOf(ends), nowNanos));
        removeOld(nowNanos);
    }

    /** Returns the oldest ends whose age is between the minimum and the maximum; null if there are none. */
    @Nullable
    Map<String, Long> find(long nowNanos) {
        removeOld(nowNanos);
        TimedEnds oldest = recorded.peekFirst();
        return oldest == null || nowNanos - oldest.atNanos() < minAge.toNanos() ? null : oldest.ends();
    }

    private void removeOld(long nowNanos) {
        while (!recorded.isEmpty() && nowNanos - recorded.getFirst().atNanos() > maxAge.toNanos()) {
            recorded.removeFirst();
        }
    }

    private record TimedEnds(Map<String, Long> ends, long atNanos) {}
}
