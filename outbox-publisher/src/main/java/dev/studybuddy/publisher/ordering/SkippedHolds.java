package dev.studybuddy.publisher.ordering;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Holds, for each shard, the first position of the rows that stayed in the table because they must wait and no further
 * aggregate could be deferred. A shard is read again from this position when the first of these rows is due. Rows whose
 * due times follow each other closely share one read.
 */
public final class SkippedHolds {

    /** A read of a shard begins at the earliest this long after the last one, because it covers all skipped rows. */
    private static final long INTERVAL_NANOS = Duration.ofSeconds(5).toNanos();
    /**
     * The read begins this long before the first row, because a comparison of positions ignores the ids of rows with
     * one creation time.
     */
    private static final Duration READ_MARGIN = Duration.ofMillis(1);

    private final Map<Integer, Skipped> byShard = new HashMap<>();
    private final Map<Integer, Long> lastReadNanos = new HashMap<>();
    private long removedFollowers;

    private record Skipped(IndexPosition first, long dueAtNanos) {

        Skipped include(Skipped other) {
            return new Skipped(
                    other.first.isBefore(first) ? other.first : first,
                    other.dueAtNanos - dueAtNanos < 0 ? other.dueAtNanos : dueAtNanos);
        }
    }

    /** Records that a row stays in the table and is due at a monotonic time in nanoseconds. */
    void add(OutboxRow row, long dueAtNanos) {
        Skipped skipped = new Skipped(row.position().minus(READ_MARGIN), dueAtNanos);
        byShard.merge(row.aggregate().shard(), skipped, Skipped::include);
    }

    /** Records that a row left memory, because it follows a row that stays in the table and is due at this time. */
    void addFollower(OutboxRow row, long dueAtNanos) {
        removedFollowers++;
        add(row, dueAtNanos);
    }

    /** Returns the number of rows that left memory since the last call, because they follow a skipped row. */
    public long takeRemovedFollowers() {
        long removed = removedFollowers;
        removedFollowers = 0;
        return removed;
    }

    /** Returns whether no shard has a skipped row. */
    public boolean isEmpty() {
        return byShard.isEmpty();
    }

    /**
     * Removes the shards that are due, and returns the position from which each of them must be read again.
     *
     * @param mayRead returns whether the skipped rows of a shard may be read now; if not, the shard stays due
     */
    public Map<Integer, IndexPosition> removeDue(long nowNanos, IntPredicate mayRead) {
        Map<Integer, IndexPosition> due = new HashMap<>();
        byShard.forEach((shard, skipped) -> {
            Long last = lastReadNanos.get(shard);
            boolean isDue = skipped.dueAtNanos() - nowNanos <= 0 && (last == null || nowNanos - last >= INTERVAL_NANOS);
            if (isDue && mayRead.test(shard)) {
                due.put(shard, skipped.first());
            }
        });
        due.keySet().forEach(shard -> {
            byShard.remove(shard);
            lastReadNanos.put(shard, nowNanos);
        });
        return due;
    }

    void removeShard(int shard) {
        byShard.remove(shard);
        lastReadNanos.remove(shard);
    }
}
