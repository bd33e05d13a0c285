package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.DeferredAggregates;
import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.RowKey;
import dev.studybuddy.publisher.outbox.OutboxQueries;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Reads the deferred aggregates that are due, as far as memory has room. One statement reads the rows of many
 * aggregates of which only one row left memory. Each other aggregate has a statement of its own.
 *
 * <p>A step begins no further statement after a tenth of a second, because the timeouts of several statements would
 * make a round so long that the instance could become unfit. The next step then begins with the part that follows.
 *
 * <p>The content of a probe may use the bytes that are otherwise kept free of long contents, because all other rows of
 * its topic or partition wait for it.
 *
 * <p>The aggregates of a shard whose lease is not trusted are postponed, because their rows could not be sent and would
 * take the memory that other shards need.
 */
final class DeferredReader {

    private static final Logger log = LoggerFactory.getLogger(DeferredReader.class);

    /** An aggregate or a predecessor whose statement failed is not read again before this time is over. */
    static final Duration FAILURE_WAIT = Duration.ofSeconds(5);

    /** The aggregates of a shard whose lease is not trusted are postponed by this time. */
    private static final Duration LEASE_WAIT = Duration.ofSeconds(1);

    /** One statement reads at most this many rows of a deferred aggregate. */
    private static final int MAX_ROWS_OF_AGGREGATE = 500;
    /** One step reads at most this many aggregates by a statement of their own, so that it does not delay a poll. */
    private static final int MAX_AGGREGATES = 32;
    /** One statement reads at most this many rows of different aggregates. */
    private static final int MAX_ROWS = 1024;
    /** One step reads at most this many rows with a long content. */
    private static final int MAX_LARGE_ROWS = 32;
    /** A step has this number of parts: short rows, rows with a long content, and whole aggregates. */
    private static final int PARTS = 3;
    /** One step begins no further statement after this time. */
    private static final long STEP_NANOS = Duration.ofMillis(100).toNanos();

    private final MonotonicClock clock;
    private final OutboxQueries table;
    private final Ordering ordering;
    private final UnavailableDestinations destinations;
    private final ShardLeases leases;
    private final ContentReader contents;
    private final MemoryRoom room;
    private final long intervalNanos;
    private final long longestAttemptNanos;
    private int limit = MAX_ROWS;
    private int nextPart;

    /**
     * @param clock the monotonic clock that limits the time of a step
     */
    DeferredReader(
            PublishSettings settings,
            MonotonicClock clock,
            OutboxQueries table,
            Ordering ordering,
            UnavailableDestinations destinations,
            ShardLeases leases,
            ContentReader contents,
            MemoryRoom room) {
        this.clock = clock;
        this.table = table;
        this.ordering = ordering;
        this.destinations = destinations;
        this.leases = leases;
        this.contents = contents;
        this.room = room;
        this.intervalNanos = settings.polling().interval().toNanos();
        this.longestAttemptNanos = settings.attempts().longest().toNanos();
    }

    /**
     * Reads the deferred aggregates that are due, with a bounded number of statements.
     *
     * @return whether an aggregate was due
     */
    boolean read(long nowNanos) {
        long endNanos = clock.nanos() + STEP_NANOS;
        boolean didRead = false;
        for (int n = 0; n < PARTS && (n == 0 || isBefore(endNanos)); n++) {
            int part = nextPart;
            nextPart = (nextPart + 1) % PARTS;
            didRead |= switch (part) {
                case 0 -> readRows(false, MAX_ROWS, nowNanos);
                case 1 -> room.contentBytes() > 0 && readRows(true, MAX_LARGE_ROWS, nowNanos);
                default -> readAggregates(endNanos, nowNanos);
            };
        }
        return didRead;
    }

    private boolean readAggregates(long endNanos, long nowNanos) {
        int count = 0;
        while (count < MAX_AGGREGATES && (count == 0 || isBefore(endNanos)) && readNextAggregate(nowNanos)) {
            count++;
        }
        return count > 0;
    }

    private boolean isBefore(long endNanos) {
        return clock.nanos() - endNanos < 0;
    }

    /**
     * Returns the monotonic time of the next read in nanoseconds, or null while memory is full or no aggregate has a
     * due time.
     */
    @Nullable
    Long nextNanos() {
        return room.keyedRows() > 0 ? ordering.deferred().nextNanos(room.contentBytes() > 0) : null;
    }

    /**
     * Reads the due rows that are the only ones of their aggregates that left memory, with one statement for the rows.
     */
    private boolean readRows(boolean large, int most, long nowNanos) {
        List<RowKey> due =
                ordering.deferred().dueRows(large, Math.min(Math.min(most, limit), room.keyedRows()), nowNanos);
        if (due.isEmpty()) {
            return false;
        }
        List<RowKey> keys = new ArrayList<>(due.size());
        for (RowKey key : due) {
            if (!leaveInTable(key.aggregate(), key.version(), nowNanos)) {
                keys.add(key);
            }
        }
        if (keys.isEmpty()) {
            return true;
        }
        Map<RowKey, OutboxRow> rows;
        ContentReadResults read = new ContentReadResults();
        try {
            List<OutboxRow> found = large ? table.readPartialRows(keys) : table.readRows(keys);
            rows = found.stream().collect(Collectors.toMap(OutboxRow::key, Function.identity()));
            if (large) {
                read = contents.complete(
                        keys.stream()
                                .map(rows::get)
                                .filter(row -> row != null && row.isPartial() && !ordering.isPresent(row.key()))
                                .toList(),
                        room.contentBytes());
            }
            limit = Math.min(MAX_ROWS, 2 * limit);
        } catch (DataAccessException failure) {
            recordFailure(keys, failure, nowNanos);
            return true;
        }
        for (RowKey key : keys) {
            readmitRow(key.aggregate(), rows.get(key), large, read, nowNanos);
        }
        return true;
    }

    private void readmitRow(
            Aggregate aggregate, @Nullable OutboxRow partial, boolean large, ContentReadResults read, long nowNanos) {
        OutboxRow row = partial == null ? null : read.of(partial);
        boolean unread = row != null && row.isPartial() && !ordering.isPresent(row.key());
        if (row != null && unread && !read.contains(row)) {
            if (read.isFailed(row)) {
                ordering.deferred().deferRow(row, nowNanos + FAILURE_WAIT.toNanos());
            } else if (!large) {
                // A later step reads the content. A row that was already due as a large one keeps its place in the
                // order.
                ordering.deferred().deferRow(row, nowNanos);
            }
            return;
        }
        ordering.deferred().remove(aggregate);
        // An absent row, or one whose content is absent, was published or deleted by another instance.
        if (row == null || unread || ordering.readmit(withDueAttempt(row), nowNanos) != Ordering.Admission.ADMITTED) {
            recordUnadmittedProbe(aggregate, nowNanos);
        }
    }

    /** Records that no row of an aggregate was admitted: all of them are on hold, or none is left to send. */
    private void recordUnadmittedProbe(Aggregate aggregate, long nowNanos) {
        if (ordering.deferred().isOnHold(aggregate)) {
            destinations.recordProbeOnHold(aggregate, nowNanos);
        } else {
            destinations.recordMissingProbe(aggregate, nowNanos);
        }
    }

    private void recordFailure(List<RowKey> keys, DataAccessException failure, long nowNanos) {
        throwUnlessStatementFailed(failure);
        log.atWarn()
                .addKeyValue("rows", keys.size())
                .addKeyValue("reason", StatementFailures.describe(failure))
                .log("Deferred rows could not be read; the next statements read fewer rows,"
                        + " and a row that fails alone is read again in 5 s");
        limit = Math.max(1, keys.size() / 2);
        if (keys.size() == 1) {
            RowKey key = keys.getFirst();
            ordering.deferred().defer(key.aggregate(), key.version(), nowNanos + FAILURE_WAIT.toNanos());
        }
    }

    private static void throwUnlessStatementFailed(DataAccessException failure) {
        if (!StatementFailures.concernsStatement(failure)) {
            throw failure;
        }
    }

    /**
     * Leaves the rows of an aggregate in the table if its destination is unavailable or the lease of its shard is not
     * trusted, and returns whether they stay there.
     */
    private boolean leaveInTable(Aggregate aggregate, long lowestVersion, long nowNanos) {
        if (destinations.keepsOut(aggregate)) {
            destinations.recordSkipped(aggregate, lowestVersion);
            ordering.deferred().remove(aggregate);
            return true;
        }
        if (leases.maySend(aggregate.shard())) {
            return false;
        }
        ordering.deferred().setDueTime(aggregate, nowNanos + LEASE_WAIT.toNanos());
        destinations.recordUnsentProbe(aggregate, nowNanos);
        return true;
    }

    /**
     * Reads the next due aggregate that must be read from a version on, with one statement.
     *
     * @return whether an aggregate was due
     */
    private boolean readNextAggregate(long nowNanos) {
        DeferredAggregates.DueAggregate due =
                room.keyedRows() > 0 ? ordering.deferred().nextDue(nowNanos) : null;
        if (due == null) {
            return false;
        }
        Aggregate aggregate = due.aggregate();
        if (leaveInTable(aggregate, due.lowestVersion(), nowNanos)) {
            return true;
        }
        List<OutboxRow> rows;
        ContentReadResults read;
        // The rows of an unavailable destination are kept out, except for those of the probe of a blocked one.
        long contentBytes = destinations.isUnavailable(aggregate) ? room.freeBytes() : room.contentBytes();
        try {
            rows = table.readPendingFrom(aggregate, due.lowestVersion(), MAX_ROWS_OF_AGGREGATE);
            read = contents.complete(
                    rows.stream()
                            .filter(row -> row.isPartial() && !ordering.isPresent(row.key()))
                            .toList(),
                    contentBytes);
        } catch (DataAccessException failure) {
            throwUnlessStatementFailed(failure);
            log.atWarn()
                    .addKeyValue("shard", aggregate.shard())
                    .addKeyValue("reason", StatementFailures.describe(failure))
                    .log("The publisher could not read the rows of one aggregate; it reads them again in 5 s");
            ordering.deferred().remove(aggregate);
            ordering.deferred().defer(aggregate, due.lowestVersion(), nowNanos + FAILURE_WAIT.toNanos());
            destinations.recordUnsentProbe(aggregate, nowNanos);
            return true;
        }
        ordering.deferred().remove(aggregate);
        readmitVersions(aggregate, rows, read, nowNanos);
        return true;
    }

    private void readmitVersions(Aggregate aggregate, List<OutboxRow> rows, ContentReadResults read, long nowNanos) {
        int admitted = 0;
        OutboxRow unread = null;
        for (OutboxRow partial : rows) {
            OutboxRow row = read.of(partial);
            if (row.isPartial() && !ordering.isPresent(row.key())) {
                if (read.contains(partial)) {
                    // Another instance published or deleted the row since it was read.
                    continue;
                }
                unread = row;
                break;
            }
            admitted += ordering.readmit(withDueAttempt(row), nowNanos) == Ordering.Admission.ADMITTED ? 1 : 0;
        }
        if (admitted == 0 && unread == null) {
            recordUnadmittedProbe(aggregate, nowNanos);
        }
        OutboxRow next = unread == null && rows.size() == MAX_ROWS_OF_AGGREGATE ? rows.getLast() : unread;
        if (next == null) {
            return;
        }
        if (read.isFailed(next)) {
            destinations.recordUnsentProbe(aggregate, nowNanos);
            ordering.deferred().defer(aggregate, next.version(), nowNanos + FAILURE_WAIT.toNanos());
        } else if (admitted > 0 || ordering.deferred().contains(aggregate)) {
            ordering.deferred().deferOverflow(aggregate, next.version());
        } else {
            // All rows before the next one are acknowledged and not yet marked, or memory has no room for the next one.
            ordering.deferred().defer(aggregate, next.version(), nowNanos + intervalNanos);
        }
    }

    /**
     * Returns the row without the time of its next attempt if no publisher can have written that time. This instance
     * therefore holds the aggregate because of that time only once: for an hour at most, and for less time if an
     * operator requests a sweep or if the row is a probe. A skipped row begins this hold when it is deferred.
     */
    private OutboxRow withDueAttempt(OutboxRow row) {
        boolean isAbsurd = row.delayNanos() > longestAttemptNanos || row.delayNanos() >= OutboxRow.MAX_DELAY.toNanos();
        return isAbsurd ? row.withNextAttemptAt(null) : row;
    }
}
