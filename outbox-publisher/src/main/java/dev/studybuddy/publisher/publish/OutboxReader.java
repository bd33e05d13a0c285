package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.lease.StartingPoints;
import dev.studybuddy.publisher.ordering.IndexPosition;
import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.outbox.OutboxQueries;
import dev.studybuddy.publisher.outbox.PageRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/** Reads the pages of polls, of backlogs and of sweeps, as far as memory has room. */
final class OutboxReader {

    private static final Logger log = LoggerFactory.getLogger(OutboxReader.class);

    /** A poll names rows in memory only if there are at most this many, so that its parameters stay short. */
    private static final int MAX_PRESENT_IDS = 1024;

    private final PublishSettings settings;
    private final OutboxQueries table;
    private final Ordering ordering;
    private final MonotonicClock clock;
    private final ShardLeases leases;
    private final PollSchedule schedule;
    private final ShardCursors cursors;
    private final PageAdmitter admitter;
    private final Sweeper sweeper;
    private final SkippedHoldReader skippedHolds;
    private final PageBudget budget;
    private final MemoryRoom room;
    private final DeferredReader deferredReader;
    private final PredecessorReader predecessorReader;
    private final FailedPolls failedPolls = new FailedPolls();
    private final ShardRoundRobin backlogOrder = new ShardRoundRobin();
    private final ShardRoundRobin sweepOrder = new ShardRoundRobin();
    private boolean sweepIsNext;
    /** This is the time that the statements of the present poll have taken. */
    private long statementNanos;

    OutboxReader(
            PublishSettings settings,
            OutboxQueries table,
            Ordering ordering,
            UnavailableDestinations destinations,
            ShardLeases leases,
            StartingPoints startingPoints,
            MonotonicClock clock,
            PublishListener listener) {
        PublishSettings.Polling polling = settings.polling();
        this.settings = settings;
        this.table = table;
        this.ordering = ordering;
        this.clock = clock;
        this.leases = leases;
        this.schedule = new PollSchedule(polling);
        ContentReader contents =
                new ContentReader(table, clock, polling.pageBytes().toBytes());
        this.budget = new PageBudget(
                Math.min(polling.page(), settings.memory().rows()),
                polling.pageBytes().toBytes());
        this.room = new MemoryRoom(settings, ordering, budget);
        this.deferredReader =
                new DeferredReader(settings, clock, table, ordering, destinations, leases, contents, room);
        this.predecessorReader =
                new PredecessorReader(polling.interval(), table, ordering, destinations, contents, budget, room);
        this.cursors = new ShardCursors(ordering, destinations, leases, startingPoints, polling.sweepWindow());
        this.admitter = new PageAdmitter(
                clock,
                ordering,
                destinations,
                cursors,
                listener,
                leases::databaseNow,
                polling.interval().toNanos(),
                contents,
                room::contentBytes);
        this.skippedHolds = new SkippedHoldReader(ordering, cursors, listener);
        this.sweeper = new Sweeper(polling, clock, table, cursors, admitter, schedule, leases);
    }

    PollSchedule schedule() {
        return schedule;
    }

    ShardCursors cursors() {
        return cursors;
    }

    /** Returns the reader of the aggregates whose rows left memory. */
    DeferredReader deferred() {
        return deferredReader;
    }

    /** Returns the reader of the predecessors that memory does not confirm. */
    PredecessorReader predecessors() {
        return predecessorReader;
    }

    /** Returns the shards that must be polled now as a bit mask, which is empty while memory is full. */
    long dueShards(long nowNanos) {
        return room.pageRows() == 0 ? 0 : schedule.dueShards(nowNanos);
    }

    /**
     * Polls the due shards together. Shards whose common statement failed have statements of their own, one of them in
     * each round.
     *
     * @return whether the poll found new rows
     */
    boolean poll(long nowNanos, long dueShards) {
        int rows = room.pageRows();
        if (dueShards == 0 || rows == 0) {
            return false;
        }
        List<ShardCursor> cursorsToPoll = cursors.all().stream()
                .filter(cursor -> (dueShards & (1L << cursor.shard)) != 0
                        && !cursor.isReadingBacklog()
                        && mayRead(cursor, nowNanos))
                .toList();
        if (cursorsToPoll.isEmpty()) {
            schedule.recordPoll(nowNanos, dueShards, false, 0);
            return false;
        }
        statementNanos = 0;
        int newRows = pollTogether(
                cursorsToPoll.stream()
                        .filter(cursor -> !failedPolls.needsOwnStatement(cursor))
                        .toList(),
                rows,
                nowNanos);
        ShardCursor separate = failedPolls.nextSeparate(cursorsToPoll);
        if (separate != null) {
            newRows += pollTogether(List.of(separate), failedPolls.rows(separate, rows), nowNanos);
        }
        long fullShards = 0;
        for (ShardCursor cursor : cursorsToPoll) {
            boolean more = cursor.wasLastPageFull() || (failedPolls.needsOwnStatement(cursor) && cursor != separate);
            fullShards |= more && !cursor.isBackingOff(nowNanos) ? 1L << cursor.shard : 0;
        }
        boolean all = dueShards == PollSchedule.ALL;
        // While rows are skipped, a poll may read followers of a skipped row again and again. Such followers must not
        // cause an immediate poll. Therefore a poll of all shards counts as one that found rows only if it read more
        // new rows than the number of these followers that left memory since the previous poll of all shards. A sweep
        // or a wake-up may have read these followers before, so a poll that read new rows never counts as an empty one.
        boolean foundRows = newRows > (all ? ordering.skippedHolds().takeRemovedFollowers() : 0);
        schedule.recordPoll(nowNanos, dueShards, foundRows, fullShards);
        if (all && newRows == 0) {
            schedule.recordEmptyPoll(nowNanos, statementNanos);
        }
        return newRows > 0;
    }

    /**
     * Returns whether a shard may be read now. No row of it can be sent while its lease is not trusted, so its rows
     * would only take the memory that other shards need. Its cursor stays, so that no row is skipped.
     */
    private boolean mayRead(ShardCursor cursor, long nowNanos) {
        return !cursor.isBackingOff(nowNanos) && leases.maySend(cursor.shard);
    }

    /** Reads an empty page, which fails if the database does not answer. */
    void checkDatabase() {
        table.readPages(List.of(new PageRequest(PageRequest.NO_SHARD, IndexPosition.START, 1)));
    }

    private int pollTogether(List<ShardCursor> together, int rows, long nowNanos) {
        if (together.isEmpty()) {
            return 0;
        }
        long fullCount = together.stream().filter(ShardCursor::wasLastPageFull).count();
        int fullLimit = (int) Math.max(1, rows / Math.max(1, fullCount));
        int shortLimit = Math.max(1, rows / together.size());
        Map<Integer, List<UUID>> present = ordering.presentIds(MAX_PRESENT_IDS);
        List<PageRequest> requests = together.stream()
                .map(cursor -> cursor.pollRequest(
                        cursor.wasLastPageFull() ? fullLimit : shortLimit,
                        settings.polling().slack(),
                        leases.databaseNow(),
                        present.getOrDefault(cursor.shard, List.of())))
                .toList();
        return readPages(requests, nowNanos);
    }

    /**
     * Reads one page of the backlog or of a sweep of a shard, with a statement of its own. Backlogs come first, because
     * no poll reads them. A backlog of several pages takes turns with the sweeps.
     *
     * @return whether a page was read
     */
    boolean readNextPage(long nowNanos) {
        int rows = room.pageRows();
        if (rows == 0) {
            return false;
        }
        skippedHolds.beginDue(nowNanos);
        sweeper.beginDue(nowNanos, rows);
        ShardCursor sweep = sweepIsNext ? nextSweep(nowNanos) : null;
        ShardCursor backlog = sweep == null ? nextBacklog(nowNanos) : null;
        if (backlog != null) {
            readBacklogPage(backlog, failedPolls.rows(backlog, rows), nowNanos);
            sweepIsNext = backlog.isReadingBacklog();
            return true;
        }
        sweep = sweep == null ? nextSweep(nowNanos) : sweep;
        sweepIsNext = false;
        if (sweep == null) {
            return false;
        }
        sweeper.readNextPage(sweep, rows, nowNanos);
        return true;
    }

    private @Nullable ShardCursor nextBacklog(long nowNanos) {
        return backlogOrder.next(cursors.all(), cursor -> cursor.isReadingBacklog() && mayRead(cursor, nowNanos));
    }

    private @Nullable ShardCursor nextSweep(long nowNanos) {
        return sweepOrder.next(
                cursors.all(),
                cursor -> !cursor.isReadingBacklog() && sweeper.isDue(cursor, nowNanos) && mayRead(cursor, nowNanos));
    }

    private int readPages(List<PageRequest> requests, long nowNanos) {
        long startNanos = clock.nanos();
        List<OutboxRow> rows;
        try {
            rows = table.readPages(requests);
            statementNanos += clock.nanos() - startNanos;
        } catch (DataAccessException failure) {
            if (!StatementFailures.concernsStatement(failure)) {
                throw failure;
            }
            backOff(requests, failure, nowNanos);
            return 0;
        }
        budget.recordRows(rows);
        if (requests.size() == 1) {
            failedPolls.recordSuccess(requests.getFirst().shard());
        }
        return admitter.admitPolled(requests, rows, nowNanos);
    }

    private void readBacklogPage(ShardCursor cursor, int rows, long nowNanos) {
        try {
            budget.recordRows(sweeper.readBacklogPage(cursor, rows, nowNanos));
            failedPolls.recordSuccess(cursor.shard);
        } catch (DataAccessException failure) {
            if (!StatementFailures.concernsStatement(failure)) {
                throw failure;
            }
            backOff(cursor.shard, failure, nowNanos);
        }
    }

    private void backOff(List<PageRequest> requests, DataAccessException failure, long nowNanos) {
        if (requests.size() == 1) {
            backOff(requests.getFirst().shard(), failure, nowNanos);
            return;
        }
        reducePageSize(failure);
        requests.forEach(request -> failedPolls.recordCommonFailure(request.shard()));
        log.atWarn()
                .addKeyValue("shards", requests.size())
                .addKeyValue("reason", StatementFailures.describe(failure))
                .log("A poll failed; the publisher polls its shards one by one");
    }

    private void backOff(int shard, DataAccessException failure, long nowNanos) {
        reducePageSize(failure);
        boolean isLockTimeout = StatementFailures.isLockTimeout(failure);
        Duration wait = isLockTimeout ? failedPolls.recordLockTimeout(shard) : failedPolls.recordFailure(shard);
        cursors.of(shard).backOffUntil(nowNanos + wait.toNanos());
        log.atWarn()
                .addKeyValue("shard", shard)
                .addKeyValue("reason", StatementFailures.describe(failure))
                .addKeyValue("waitSeconds", wait.toSeconds())
                .log(
                        isLockTimeout
                                ? "The poll of one shard waited too long for another transaction; the publisher"
                                        + " repeats it and polls other shards"
                                : "The poll of one shard failed; the publisher repeats it with fewer rows and polls"
                                        + " other shards");
    }

    /** Makes the next pages smaller, unless the statement only waited for another transaction. */
    private void reducePageSize(DataAccessException failure) {
        if (!StatementFailures.isLockTimeout(failure)) {
            budget.recordFailure();
        }
    }

    /** Returns the monotonic time of the next read in nanoseconds, or null if no read has a due time. */
    @Nullable
    Long nextNanos(long nowNanos) {
        Long nextDeferredNanos = deferredReader.nextNanos();
        return room.pageRows() == 0 ? nextDeferredNanos : Long.valueOf(schedule.nextNanos(nowNanos, nextDeferredNanos));
    }
}
