package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.lease.StartingPoints;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.DeferredAggregates;
import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.Position;
import dev.studybuddy.publisher.ordering.Predecessor;
import dev.studybuddy.publisher.ordering.PredecessorRow;
import dev.studybuddy.publisher.outbox.OutboxTable;
import dev.studybuddy.publisher.outbox.PageRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/** Reads pages, predecessors and deferred aggregates, as far as memory has room. */
final class OutboxReader {

    private static final Logger log = LoggerFactory.getLogger(OutboxReader.class);

    /** One statement reads at most this many rows of a deferred aggregate. */
    private static final int DEFERRED_ROWS = 500;
    /** A poll is worth its cost only if this part of a page fits in memory: a quarter. */
    private static final int MIN_PAGE_PART = 4;
    /** One statement reads at most this many predecessors. */
    private static final int MAX_PREDECESSORS = 1024;
    /** An aggregate whose statement failed is not read again before this time is over. */
    private static final Duration FAILURE_WAIT = Duration.ofSeconds(5);

    private final PublishSettings settings;
    private final OutboxTable table;
    private final Ordering ordering;
    private final BlockedDestinations blocked;
    private final ShardLeases leases;
    private final PollSchedule schedule;
    private final ShardCursors cursors;
    private final PageAdmitter admitter;
    private final Sweeper sweeper;
    private final ContentReader contents;
    private final PageBudget budget;
    private final long maxBytes;
    private final FailedPolls failedPolls = new FailedPolls();
    private int predecessorLimit = MAX_PREDECESSORS;

    OutboxReader(
            PublishSettings settings,
            OutboxTable table,
            Ordering ordering,
            BlockedDestinations blocked,
            ShardLeases leases,
            StartingPoints startingPoints,
            MonotonicClock clock,
            PublishListener listener) {
        PublishSettings.Polling polling = settings.polling();
        this.settings = settings;
        this.table = table;
        this.ordering = ordering;
        this.blocked = blocked;
        this.leases = leases;
        this.schedule = new PollSchedule(polling);
        this.maxBytes = settings.memory().bytes().toBytes();
        this.contents = new ContentReader(table, polling.pageBytes().toBytes());
        this.budget = new PageBudget(
                Math.min(polling.page(), settings.memory().rows()),
                polling.pageBytes().toBytes());
        this.cursors = new ShardCursors(ordering, blocked, leases, startingPoints, polling.sweepWindow());
        this.admitter = new PageAdmitter(
                clock,
                ordering,
                blocked,
                cursors,
                listener,
                leases::databaseNow,
                polling.interval().toNanos(),
                contents,
                this::freeBytes);
        this.sweeper = new Sweeper(polling, clock, table, cursors, admitter, schedule, leases);
    }

    PollSchedule schedule() {
        return schedule;
    }

    ShardCursors cursors() {
        return cursors;
    }

    /**
     * Reads the deferred aggregate that is due next, with one statement.
     *
     * @return whether an aggregate was due
     */
    boolean readDeferred(long nowNanos) {
        DeferredAggregates.DueAggregate due =
                freeBytes() > 0 ? ordering.deferred().nextDue(nowNanos) : null;
        if (due == null) {
            return false;
        }
        Aggregate aggregate = due.aggregate();
        if (blocked.keepsOut(aggregate)) {
            blocked.recordSkipped(aggregate, Position.START);
            ordering.deferred().remove(aggregate);
            return true;
        }
        List<OutboxRow> rows;
        Map<OutboxRow, OutboxRow> complete;
        try {
            rows = table.readPendingFrom(aggregate, due.lowestVersion(), DEFERRED_ROWS);
            complete = contents.complete(
                    rows.stream()
                            .filter(row -> row.isPartial() && !ordering.isPresent(row.id()))
                            .toList(),
                    freeBytes());
        } catch (DataAccessException failure) {
            if (!StatementFailures.concernsStatement(failure)) {
                throw failure;
            }
            log.atWarn()
                    .addKeyValue("shard", aggregate.shard())
                    .addKeyValue("reason", StatementFailures.describe(failure))
                    .log("The rows of one aggregate could not be read; they are read again in 5 s");
            ordering.deferred().remove(aggregate);
            ordering.deferred().defer(aggregate, due.lowestVersion(), nowNanos + FAILURE_WAIT.toNanos());
            return true;
        }
        ordering.deferred().remove(aggregate);
        readmit(aggregate, rows, complete, nowNanos);
        return true;
    }

    private void readmit(Aggregate aggregate, List<OutboxRow> rows, Map<OutboxRow, OutboxRow> complete, long nowNanos) {
        int admitted = 0;
        OutboxRow next = rows.size() == DEFERRED_ROWS ? rows.getLast() : null;
        for (OutboxRow read : rows) {
            OutboxRow row = complete.getOrDefault(read, read);
            if (row.isPartial() && !ordering.isPresent(row.id())) {
                if (complete.containsKey(read)) {
                    // Another instance published or deleted the row since it was read.
                    continue;
                }
                next = row;
                break;
            }
            admitted += ordering.readmit(withDueAttempt(row), nowNanos) == Ordering.Admission.ADMITTED ? 1 : 0;
        }
        if (admitted == 0) {
            blocked.recordMissingProbe(aggregate, nowNanos);
        }
        if (next == null) {
            return;
        }
        if (admitted > 0 || ordering.deferred().contains(aggregate)) {
            ordering.deferred().deferOverflow(aggregate, next.version());
        } else {
            // All rows before the next one are acknowledged and not yet marked, or memory has no room for the next one.
            ordering.deferred()
                    .defer(
                            aggregate,
                            next.version(),
                            nowNanos + settings.polling().interval().toNanos());
        }
    }

    /**
     * Returns the row without the time of its next attempt if no publisher can have written that time. The aggregate was
     * on hold for an hour because of it.
     */
    private OutboxRow withDueAttempt(OutboxRow row) {
        return row.delayNanos() > settings.attempts().longest().toNanos() ? row.withNextAttemptAt(null) : row;
    }

    /** Returns the shards that must be polled now as a bit mask, which is empty while memory is full. */
    long dueShards(long nowNanos) {
        return room() == 0 ? 0 : schedule.dueShards(nowNanos);
    }

    /**
     * Polls the due shards in one round trip. Shards whose common statement failed are polled one by one, one in each
     * round.
     *
     * @return whether the poll found new rows
     */
    boolean poll(long nowNanos, long dueShards) {
        int room = room();
        if (dueShards == 0 || room == 0) {
            return false;
        }
        List<ShardCursor> cursorsToPoll = cursors.all().stream()
                .filter(cursor ->
                        (dueShards & (1L << cursor.shard)) != 0 && !cursor.isCatchingUp() && !cursor.isPaused(nowNanos))
                .toList();
        if (cursorsToPoll.isEmpty()) {
            schedule.recordPoll(nowNanos, dueShards, false, 0);
            return false;
        }
        int newRows = pollTogether(
                cursorsToPoll.stream()
                        .filter(cursor -> !failedPolls.isAlone(cursor))
                        .toList(),
                room,
                nowNanos);
        ShardCursor alone = failedPolls.nextAlone(cursorsToPoll);
        if (alone != null) {
            newRows += pollTogether(List.of(alone), failedPolls.rows(alone, room), nowNanos);
        }
        long fullShards = 0;
        for (ShardCursor cursor : cursorsToPoll) {
            boolean more = cursor.lastPageFull() || (failedPolls.isAlone(cursor) && cursor != alone);
            fullShards |= more && !cursor.isPaused(nowNanos) ? 1L << cursor.shard : 0;
        }
        schedule.recordPoll(nowNanos, dueShards, newRows > 0, fullShards);
        return newRows > 0;
    }

    private int pollTogether(List<ShardCursor> together, int room, long nowNanos) {
        if (together.isEmpty()) {
            return 0;
        }
        long fullCount = together.stream().filter(ShardCursor::lastPageFull).count();
        int fullLimit = (int) Math.max(1, room / Math.max(1, fullCount));
        int shortLimit = Math.max(1, room / together.size());
        List<PageRequest> requests = together.stream()
                .map(cursor -> cursor.pollRequest(
                        cursor.lastPageFull() ? fullLimit : shortLimit,
                        settings.polling().slack(),
                        leases.databaseNow()))
                .toList();
        return readPages(requests, nowNanos);
    }

    /**
     * Reads one page of a shard that catches up or is swept, with a statement of its own.
     *
     * @return whether a page was read
     */
    boolean readNextPage(long nowNanos) {
        int room = room();
        if (room == 0) {
            return false;
        }
        sweeper.beginDue(nowNanos, room);
        ShardCursor next = schedule.nextInTurn(
                cursors.all(),
                cursor -> !cursor.isPaused(nowNanos) && (cursor.isCatchingUp() || sweeper.isDue(cursor, nowNanos)));
        if (next == null) {
            return false;
        }
        if (next.isCatchingUp()) {
            readCatchUpPage(next, failedPolls.rows(next, room), nowNanos);
        } else {
            sweeper.readNextPage(next, room, nowNanos);
        }
        return true;
    }

    /**
     * Reads the predecessors that are not confirmed in memory, with one statement.
     *
     * @return whether a predecessor was read
     */
    boolean checkPredecessors(long nowNanos) {
        List<Predecessor> requested = ordering.predecessorsToCheck(Math.min(predecessorLimit, budget.predecessors()));
        if (requested.isEmpty()) {
            return false;
        }
        List<PredecessorRow> rows;
        try {
            rows = table.readPredecessors(requested);
            predecessorLimit = Math.min(MAX_PREDECESSORS, 2 * predecessorLimit);
        } catch (DataAccessException failure) {
            if (!StatementFailures.concernsStatement(failure)) {
                throw failure;
            }
            log.atWarn()
                    .addKeyValue("predecessors", requested.size())
                    .addKeyValue("reason", StatementFailures.describe(failure))
                    .log("Predecessors could not be read; fewer are read at a time");
            predecessorLimit = Math.max(1, requested.size() / 2);
            if (requested.size() > 1) {
                return true;
            }
            rows = List.of(new PredecessorRow(requested.getFirst(), unreadable(requested.getFirst())));
        }
        ordering.applyPredecessors(requested, admissible(rows), nowNanos);
        return true;
    }

    /** Returns a row in place of one that the database cannot return. Its aggregate leaves memory and is read later. */
    private static OutboxRow unreadable(Predecessor predecessor) {
        return new OutboxRow(
                predecessor.aggregate(),
                predecessor.version(),
                UUID.randomUUID(),
                "",
                new byte[0],
                new byte[0],
                Instant.EPOCH,
                0,
                Instant.EPOCH.plus(FAILURE_WAIT),
                Instant.EPOCH,
                0);
    }

    /**
     * Completes the pending predecessors. One for which memory has no room gets a later time for its next attempt, so that
     * its aggregate leaves memory and is read again in the order of its versions.
     */
    private List<PredecessorRow> admissible(List<PredecessorRow> rows) {
        List<OutboxRow> pending = rows.stream()
                .map(PredecessorRow::pending)
                .filter(row -> row != null && !ordering.isPresent(row.id()))
                .toList();
        if (pending.isEmpty()) {
            return rows;
        }
        long freeBytes = ordering.size() < settings.memory().rows() ? freeBytes() : 0;
        Map<OutboxRow, OutboxRow> complete =
                contents.complete(pending.stream().filter(OutboxRow::isPartial).toList(), freeBytes);
        List<PredecessorRow> admissible = new ArrayList<>(rows.size());
        for (PredecessorRow row : rows) {
            OutboxRow read = row.pending();
            if (read == null || ordering.isPresent(read.id())) {
                admissible.add(row);
                continue;
            }
            OutboxRow predecessor = complete.getOrDefault(read, read);
            boolean fits = !predecessor.isPartial() && freeBytes > 0;
            admissible.add(new PredecessorRow(
                    row.predecessor(),
                    fits || predecessor.delayNanos() > 0
                            ? predecessor
                            : predecessor.withNextAttemptAt(
                                    predecessor.readAt().plus(settings.polling().interval()))));
        }
        return admissible;
    }

    private int readPages(List<PageRequest> requests, long nowNanos) {
        List<OutboxRow> rows;
        try {
            rows = table.readPages(requests);
        } catch (DataAccessException failure) {
            if (!StatementFailures.concernsStatement(failure)) {
                throw failure;
            }
            budget.recordFailure();
            putOff(requests, StatementFailures.describe(failure), nowNanos);
            return 0;
        }
        budget.recordRows(rows);
        if (requests.size() == 1) {
            failedPolls.recordSuccess(requests.getFirst().shard());
        }
        return admitter.admitPolled(requests, rows, nowNanos);
    }

    private void readCatchUpPage(ShardCursor cursor, int room, long nowNanos) {
        try {
            budget.recordRows(sweeper.readCatchUpPage(cursor, room, nowNanos));
            failedPolls.recordSuccess(cursor.shard);
        } catch (DataAccessException failure) {
            if (!StatementFailures.concernsStatement(failure)) {
                throw failure;
            }
            budget.recordFailure();
            putOff(cursor.shard, StatementFailures.describe(failure), nowNanos);
        }
    }

    private void putOff(List<PageRequest> requests, String reason, long nowNanos) {
        if (requests.size() > 1) {
            requests.forEach(request -> failedPolls.recordCommonFailure(request.shard()));
            log.atWarn()
                    .addKeyValue("shards", requests.size())
                    .addKeyValue("reason", reason)
                    .log("A poll failed; its shards are polled one by one");
        } else {
            putOff(requests.getFirst().shard(), reason, nowNanos);
        }
    }

    private void putOff(int shard, String reason, long nowNanos) {
        Duration wait = failedPolls.recordFailure(shard);
        cursors.of(shard).pauseUntil(nowNanos + wait.toNanos());
        log.atWarn()
                .addKeyValue("shard", shard)
                .addKeyValue("reason", reason)
                .addKeyValue("waitSeconds", wait.toSeconds())
                .log("The poll of one shard failed; it is repeated with fewer rows, and other shards are polled");
    }

    /**
     * Returns the number of rows that the next statement may return. It is 0 until a quarter of a page fits, because a
     * poll costs the same for few rows.
     */
    private int room() {
        int page = Math.min(settings.polling().page(), settings.memory().rows());
        int room = Math.min(page, settings.memory().rows() - ordering.size());
        boolean worthwhile = room * MIN_PAGE_PART >= page
                && freeBytes() * MIN_PAGE_PART >= settings.polling().pageBytes().toBytes();
        return worthwhile ? Math.min(room, budget.rows()) : 0;
    }

    /** Returns the number of bytes that memory has left for rows. */
    private long freeBytes() {
        return maxBytes - ordering.bytes();
    }

    /**
     * Returns the monotonic time of the next read in nanoseconds, or null if only an outside event can trigger one.
     */
    @Nullable
    Long nextNanos(long nowNanos) {
        Long nextDeferredNanos = freeBytes() > 0 ? ordering.deferred().nextNanos() : null;
        return room() == 0 ? nextDeferredNanos : Long.valueOf(schedule.nextNanos(nowNanos, nextDeferredNanos));
    }
}
