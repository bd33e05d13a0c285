package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.lease.Lease;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far one shard was read in one term of ownership.
 *
 * <pre>CATCHING UP (from the start, page by page) ──short page──▶ FOLLOWING (from the newest row − slack)</pre>
 *
 * A follower passes a stretch that is crowded with rows that it knows (a hot aggregate's, those behind a held one), once
 * the slack is over: it would read them again and again. What commits there later is late, and the sweeps' to find.
 *
 * Beside it at most one sweep walks the part behind, for what committed late or was put back.
 */
final class ShardCursor {

    /** So many known rows aren't read again without need. */
    private static final int CROWDED = 64;

    private static final long FIRST_SWEEP_WAIT_NANOS = 5_000_000_000L;
    private static final long LONGEST_SWEEP_WAIT_NANOS = 60_000_000_000L;

    final int shard;
    final long epoch;
    private Position at = Position.START;
    private boolean catchingUp = true;
    private boolean full = true;
    private @Nullable Instant newest;
    private @Nullable Position sweep;
    private @Nullable Instant sweptAt;
    private @Nullable Instant sweepRequest;
    private long notBeforeNanos;
    private int known;
    private boolean settled;
    private boolean passed;
    private long sweepWaitNanos;
    private long sweepNotBeforeNanos;

    /**
     * @param databaseNow from when on late commits are this cursor's to find; null where it is not known yet
     */
    ShardCursor(Lease lease, @Nullable Instant databaseNow, long nowNanos) {
        this.shard = lease.shard();
        this.epoch = lease.epoch();
        this.sweepRequest = lease.sweepRequestedAt();
        this.sweptAt = databaseNow;
        this.notBeforeNanos = nowNanos;
        this.sweepNotBeforeNanos = nowNanos;
    }

    boolean catchingUp() {
        return catchingUp;
    }

    /** Whether the last page was full, so that the next goes on after it at once. */
    boolean full() {
        return full;
    }

    /** Whether the shard waits alone, behind a statement that ran out of time. */
    boolean waits(long nowNanos) {
        return nowNanos - notBeforeNanos < 0;
    }

    void waitUntil(long nanos) {
        notBeforeNanos = nanos;
    }

    PageRequest request(int limit, Duration slack, @Nullable Instant databaseNow) {
        Instant from = newest;
        if (full || passed || from == null) {
            return new PageRequest(shard, at, limit);
        }
        known = 0;
        settled = databaseNow != null && from.isBefore(databaseNow.minus(slack));
        // Where the page can't be taken in, the next one begins here again.
        at = Position.from(from.minus(slack));
        return new PageRequest(shard, at, limit);
    }

    /**
     * A page was read up to a position.
     *
     * @param end the last row taken in; null where there was none
     * @param knownRows how many of them were known before
     * @param more whether rows may stand after it
     */
    void read(@Nullable OutboxRow end, int knownRows, boolean more, @Nullable Instant databaseNow) {
        if (end != null) {
            at = end.position();
            Instant read = end.createdAt().isAfter(end.readAt()) ? end.readAt() : end.createdAt();
            if (newest == null || read.isAfter(newest)) {
                newest = read;
                settled = false;
                passed = false;
            }
        }
        known += knownRows;
        passed |= !more && settled && known >= CROWDED;
        sweptAt = sweptAt == null ? databaseNow : sweptAt;
        full = more;
        if (!more && catchingUp) {
            catchingUp = false;
        }
        if (!more && newest == null) {
            newest = databaseNow;
        }
    }

    /** Begins a sweep of all that may have committed late since the last one began. */
    void sweepLate(@Nullable Instant databaseNow, Duration window) {
        if (databaseNow == null || catchingUp || sweep != null) {
            return;
        }
        Instant since = sweptAt == null ? databaseNow : sweptAt;
        sweptAt = databaseNow;
        sweepFrom(Position.from(since.minus(window)));
    }

    /** Begins a sweep from a position, or moves one that is under way back to it. */
    void sweepFrom(Position from) {
        sweep = sweep == null || from.isBefore(sweep) ? from : sweep;
    }

    boolean sweeping() {
        return sweep != null;
    }

    /** Whether a sweep waits since its statement ran out of time; polls don't. */
    boolean sweepWaits(long nowNanos) {
        return nowNanos - sweepNotBeforeNanos < 0;
    }

    /** Puts the sweep off, each time in a row for longer. */
    void putOffSweep(long nowNanos) {
        sweepWaitNanos =
                sweepWaitNanos == 0 ? FIRST_SWEEP_WAIT_NANOS : Math.min(LONGEST_SWEEP_WAIT_NANOS, 2 * sweepWaitNanos);
        sweepNotBeforeNanos = nowNanos + sweepWaitNanos;
    }

    PageRequest sweepRequest(int limit) {
        return new PageRequest(shard, sweep == null ? Position.START : sweep, limit);
    }

    void swept(@Nullable OutboxRow end, boolean more) {
        sweepWaitNanos = 0;
        boolean behind = end == null || full || end.position().isBefore(at);
        if (!more || !behind) {
            sweep = null;
        } else if (end != null) {
            sweep = end.position();
        }
    }

    /** Whether an operator asked for a sweep since the last call. */
    boolean sweepRequested(@Nullable Instant requestedAt) {
        boolean news = requestedAt != null && !requestedAt.equals(sweepRequest);
        sweepRequest = requestedAt == null ? sweepRequest : requestedAt;
        return news;
    }
}
