package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.publisher.lease.Lease;
import dev.studybuddy.publisher.ordering.IndexPosition;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.outbox.PageRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tracks how far one shard is read during one epoch of its lease.
 *
 * <pre>
 * READING THE BACKLOG (from the starting point or the start) ──last page──▶ POLLING (from the newest row − slack)
 * </pre>
 *
 * <p>A row is accounted for if it is in memory, or if it stays in the table because its aggregate is deferred or its
 * destination is unavailable. As soon as the newest row is older than the slack, a polling cursor moves past a range of
 * many rows that are accounted for (those of a hot aggregate, or those behind a hold), because it would otherwise read
 * them again and again. Rows that are committed in that range later are late, and sweeps find them.
 *
 * <p>In addition, at most one sweep reads the part before the position, for rows that were committed late or became
 * pending again. A cursor that began at a starting point has a sweep from the start, because pending rows may lie
 * before that point. A page of a sweep, and a page of the backlog, may end at the end of a slice.
 */
final class ShardCursor {

    /** A polling cursor moves past a range in which at least this number of rows are accounted for. */
    private static final int MIN_ACCOUNTED_ROWS_TO_PASS = 64;

    private static final Backoff SWEEP_BACKOFF = Backoff.between(Duration.ofSeconds(5), Duration.ofSeconds(60));

    final int shard;
    final long epoch;
    private IndexPosition position;
    /**
     * The present page ends at this creation time, so it is not the last one. The value is null if the page has no such
     * end.
     */
    private @Nullable Instant pageUpTo;

    private @Nullable Instant sweptUpTo;
    private boolean readingBacklog = true;
    private boolean lastPageFull = true;
    private @Nullable Instant newestCreatedAt;
    private @Nullable IndexPosition sweepPosition;
    /**
     * The next sweep must find the rows that were committed late since this time of the database's clock. It is null
     * until this instance has read that clock.
     */
    private @Nullable Instant lateSince;

    private @Nullable Instant lastSweepRequest;
    private long backoffEndNanos;
    private int accountedInRange;
    /** This flag is true if the newest row was older than the slack at the last poll. */
    private boolean slackOver;

    private boolean passesAccountedRows;
    private int sweepTimeouts;
    private long sweepBackoffEndNanos;

    /**
     * @param start the position at which the cursor begins to read the backlog
     * @param databaseNow the time from which this cursor must find late commits, or null before the first renewal
     */
    ShardCursor(Lease lease, IndexPosition start, @Nullable Instant databaseNow, long nowNanos) {
        this.shard = lease.shard();
        this.epoch = lease.epoch();
        this.lastSweepRequest = lease.sweepRequestedAt();
        this.lateSince = databaseNow;
        this.backoffEndNanos = nowNanos;
        this.sweepBackoffEndNanos = nowNanos;
        this.position = start;
        this.sweepPosition = start.equals(IndexPosition.START) ? null : IndexPosition.START;
    }

    boolean isReadingBacklog() {
        return readingBacklog;
    }

    /** Returns whether the last page was full, so that the next page follows it at once. */
    boolean wasLastPageFull() {
        return lastPageFull;
    }

    /** Returns whether this shard alone backs off, after a statement that failed or for lack of room. */
    boolean isBackingOff(long nowNanos) {
        return nowNanos - backoffEndNanos < 0;
    }

    void backOffUntil(long nanos) {
        backoffEndNanos = nanos;
    }

    /** Returns the position at which the next page of the backlog begins. */
    IndexPosition position() {
        return position;
    }

    /**
     * Returns the request of the next page of the backlog.
     *
     * @param upTo the end of the slice, or null if the page may be the last one
     */
    PageRequest backlogPageRequest(int limit, @Nullable Instant upTo) {
        pageUpTo = upTo;
        return new PageRequest(shard, position, upTo, Integer.highestOneBit(limit));
    }

    /**
     * Returns the request of the next page of a cursor that polls.
     *
     * @param present the ids of the shard's rows in memory. The page may omit these rows if they are fewer than {@link
     *     #MIN_ACCOUNTED_ROWS_TO_PASS}. Otherwise it contains them, because a cursor that moves past a range must count
     *     them.
     */
    PageRequest pollRequest(int limit, Duration slack, @Nullable Instant databaseNow, List<UUID> present) {
        pageUpTo = null;
        Instant newestRow = newestCreatedAt;
        if (lastPageFull || passesAccountedRows || newestRow == null) {
            return new PageRequest(shard, position, Integer.highestOneBit(limit));
        }
        if (databaseNow != null && newestRow.isAfter(databaseNow.plus(slack))) {
            // The database's clock was set back, so the rows that are committed from now on lie below the newest row.
            newestRow = databaseNow;
            newestCreatedAt = databaseNow;
        }
        accountedInRange = 0;
        slackOver = databaseNow != null && newestRow.isBefore(databaseNow.minus(slack));
        // If the page cannot be admitted, the next one begins here again.
        position = IndexPosition.from(newestRow).minus(slack);
        List<UUID> omitted = present.size() < MIN_ACCOUNTED_ROWS_TO_PASS ? present : List.of();
        return new PageRequest(shard, position, null, Integer.highestOneBit(limit), omitted);
    }

    /**
     * Records a page that was read up to a position.
     *
     * @param end the last row of the page that this cursor passes, or null if there is none
     * @param accountedRows the number of passed rows that are accounted for and not new in memory
     * @param more whether further rows may follow
     */
    void recordPage(@Nullable OutboxRow end, int accountedRows, boolean more, @Nullable Instant databaseNow) {
        if (end != null) {
            position = end.position();
            Instant createdAt = end.createdAt().isAfter(end.readAt()) ? end.readAt() : end.createdAt();
            if (newestCreatedAt == null || createdAt.isAfter(newestCreatedAt)) {
                newestCreatedAt = createdAt;
                slackOver = false;
                passesAccountedRows = false;
            }
        }
        Instant upTo = pageUpTo;
        if (!more && upTo != null) {
            // The slice is read, and the next one begins at its end.
            position = IndexPosition.from(upTo);
            lateSince = lateSince == null ? databaseNow : lateSince;
            return;
        }
        accountedInRange += accountedRows;
        // After a row with a creation time in the future, polls would not find the rows that are written now.
        boolean endsInFuture = end != null && end.createdAt().isAfter(end.readAt());
        passesAccountedRows |= !more && !endsInFuture && slackOver && accountedInRange >= MIN_ACCOUNTED_ROWS_TO_PASS;
        lateSince = lateSince == null ? databaseNow : lateSince;
        lastPageFull = more;
        if (!more && readingBacklog) {
            readingBacklog = false;
        }
        if (!more && newestCreatedAt == null) {
            newestCreatedAt = databaseNow;
        }
    }

    /** Begins a sweep of all rows that may have been committed late since the last sweep began. */
    void beginLateSweep(@Nullable Instant databaseNow, Duration window) {
        if (databaseNow == null || readingBacklog || sweepPosition != null) {
            return;
        }
        Instant from = lateSince == null ? databaseNow : lateSince;
        lateSince = databaseNow;
        sweepFrom(IndexPosition.from(from.minus(window)));
    }

    /** Begins a sweep from a position, or moves the current sweep back to it. */
    void sweepFrom(IndexPosition from) {
        sweepPosition = sweepPosition == null || from.isBefore(sweepPosition) ? from : sweepPosition;
    }

    boolean isSweeping() {
        return sweepPosition != null;
    }

    /** Returns whether the sweep backs off after a timeout. Polls do not back off. */
    boolean isSweepBackingOff(long nowNanos) {
        return nowNanos - sweepBackoffEndNanos < 0;
    }

    /**
     * Backs off the sweep. The time is longer after each timeout in a row, and constant after a wait for another
     * transaction, because a longer one does not help.
     */
    void backOffSweep(long nowNanos, boolean lockTimeout) {
        Duration wait = SWEEP_BACKOFF.bound(lockTimeout ? 0 : sweepTimeouts++);
        sweepBackoffEndNanos = nowNanos + wait.toNanos();
    }

    /** Returns whether the last statement of the sweep timed out. */
    boolean hasSweepTimedOut() {
        return sweepTimeouts > 0;
    }

    /** Returns the position at which the sweep's next page begins. */
    IndexPosition sweepPosition() {
        return sweepPosition == null ? IndexPosition.START : sweepPosition;
    }

    /**
     * Returns the request of the sweep's next page.
     *
     * @param upTo the end of the slice, or null if the page may be the last one
     */
    PageRequest sweepPageRequest(int limit, @Nullable Instant upTo) {
        sweptUpTo = upTo;
        return new PageRequest(shard, sweepPosition(), upTo, Integer.highestOneBit(limit));
    }

    void recordSweptPage(@Nullable OutboxRow end, boolean more) {
        sweepTimeouts = 0;
        Instant upTo = sweptUpTo;
        IndexPosition next = end == null ? sweepPosition() : end.position();
        if (!more && upTo != null) {
            next = IndexPosition.from(upTo);
        }
        // Further rows of the position's instant may lie before the position.
        boolean mayPrecedePosition = (end == null && upTo == null) || lastPageFull || !position.isBefore(next);
        sweepPosition = (more || upTo != null) && mayPrecedePosition ? next : null;
    }

    /**
     * Returns the starting point of the next owner: the creation time up to which this shard is read, or null if there
     * is none. Rows in memory may be older.
     */
    @Nullable
    Instant startingPoint() {
        if (!lastPageFull) {
            return newestCreatedAt;
        }
        return position.equals(IndexPosition.START) ? null : position.createdAt();
    }

    /** Returns whether an operator requested a sweep since the last call. */
    boolean isNewSweepRequest(@Nullable Instant requestedAt) {
        boolean isNew = requestedAt != null && !requestedAt.equals(lastSweepRequest);
        lastSweepRequest = requestedAt == null ? lastSweepRequest : requestedAt;
        return isNew;
    }
}
