package dev.studybuddy.outbox;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Holds, for each shard, the creation time from which a query of pending rows must read. Without a bound, a query scans
 * the index entries of all rows that were processed recently. These entries stay in the index for hours on CockroachDB,
 * and until the next vacuum on PostgreSQL. The class is thread-safe.
 *
 * <p>A full read, which begins at the oldest row, finds rows that became pending below the bounds: rows that an
 * operator replays, and very late commits. The next full read is due after a hundred times the duration of the last
 * one, and at the latest after an hour. Full reads of up to 36 s therefore take at most a hundredth of the time.
 */
public final class PendingBounds {

    /** A read with this bound begins at the oldest row. The driver sends this time as minus infinity. */
    public static final OffsetDateTime START = OffsetDateTime.MIN;

    /**
     * If the oldest pending row was created before this time, the next read begins at {@link #START}, because the
     * driver cannot send every earlier time.
     */
    private static final Instant EARLIEST_BOUND = Instant.EPOCH;

    private static final int FULL_READ_FACTOR = 100;
    private static final long MAX_INTERVAL_NANOS = Duration.ofHours(1).toNanos();
    /** If the first full read times out, the following reads begin this long before the present time. */
    private static final Duration FIRST_BOUND = Duration.ofHours(1);

    private final Duration window;
    private final @Nullable Instant[] bounds = new Instant[Shards.COUNT];
    private boolean started;
    private long nextFullReadNanos;

    /**
     * @param window the longest delay between the creation of a row and its commit
     */
    public PendingBounds(Duration window) {
        this.window = window;
    }

    /** Returns whether the next read must be a full one, at this monotonic time. */
    public synchronized boolean isFullReadDue(long nowNanos) {
        return !started || nowNanos - nextFullReadNanos >= 0;
    }

    /** Returns the bound of each shard from 0 to 63 for a read at this monotonic time. */
    public synchronized List<OffsetDateTime> all(long nowNanos) {
        return isFullReadDue(nowNanos) ? Collections.nCopies(Shards.COUNT, START) : recorded();
    }

    /** Returns the recorded bound of each shard from 0 to 63, also while the next read must be a full one. */
    public synchronized List<OffsetDateTime> recorded() {
        return IntStream.range(0, Shards.COUNT).mapToObj(this::of).toList();
    }

    private OffsetDateTime of(int shard) {
        Instant bound = bounds[shard];
        return bound == null ? START : bound.atOffset(ZoneOffset.UTC);
    }

    /**
     * Records a read of these shards.
     *
     * @param oldest the creation time of the oldest pending row of each shard that has one
     * @param databaseNow the time of the database's clock at the read
     * @param full whether the read began at the oldest row
     * @param startNanos the monotonic time before the read
     * @param endNanos the monotonic time after the read
     */
    public synchronized void recordRead(
            Iterable<Integer> shards,
            Map<Integer, Instant> oldest,
            Instant databaseNow,
            boolean full,
            long startNanos,
            long endNanos) {
        for (int shard : shards) {
            bounds[shard] = bound(oldest.getOrDefault(shard, databaseNow), databaseNow);
        }
        if (full) {
            started = true;
            nextFullReadNanos = endNanos + Math.min(MAX_INTERVAL_NANOS, FULL_READ_FACTOR * (endNanos - startNanos));
        }
    }

    /**
     * Returns the bound that follows from the oldest pending row. If that row's creation time is in the future, the
     * bound follows from the present time, because new rows get earlier creation times.
     */
    private @Nullable Instant bound(Instant oldest, Instant databaseNow) {
        if (oldest.isBefore(EARLIEST_BOUND)) {
            return null;
        }
        return (oldest.isAfter(databaseNow) ? databaseNow : oldest).minus(window);
    }

    /**
     * Records that a read that began at the oldest row of a shard timed out. If a full read was due, the next one is
     * due in an hour.
     */
    public synchronized void recordTimeout(Instant now, long nowNanos) {
        if (isFullReadDue(nowNanos)) {
            nextFullReadNanos = nowNanos + MAX_INTERVAL_NANOS;
        }
        started = true;
        for (int shard = 0; shard < bounds.length; shard++) {
            Instant bound = bounds[shard];
            bounds[shard] = bound == null ? now.minus(FIRST_BOUND) : bound;
        }
    }
}
