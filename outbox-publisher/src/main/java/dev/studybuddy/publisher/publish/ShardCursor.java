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
 * Beside it at most one sweep walks the part behind, for what committed late or was put back.
 */
final class ShardCursor {

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

    /**
     * @param databaseNow from when on late commits are this cursor's to find; null where it is not known yet
     */
    ShardCursor(Lease lease, @Nullable Instant databaseNow, long nowNanos) {
        this.shard = lease.shard();
        this.epoch = lease.epoch();
        this.sweepRequest = lease.sweepRequestedAt();
        this.sweptAt = databaseNow;
        this.notBeforeNanos = nowNanos;
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

    PageRequest request(int limit, Duration slack) {
        Instant from = newest;
        return new PageRequest(shard, full || from == null ? at : Position.from(from.minus(slack)), limit);
    }

    /**
     * A page was read up to a position.
     *
     * @param end the last row taken in; null where there was none
     * @param more whether rows may stand after it
     */
    void read(@Nullable OutboxRow end, boolean more, @Nullable Instant databaseNow) {
        if (end != null) {
            at = end.position();
            Instant read = end.createdAt().isAfter(end.readAt()) ? end.readAt() : end.createdAt();
            newest = newest == null || read.isAfter(newest) ? read : newest;
        }
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

    PageRequest sweepRequest(int limit) {
        return new PageRequest(shard, sweep == null ? Position.START : sweep, limit);
    }

    void swept(@Nullable OutboxRow end, boolean more) {
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
