package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.DeferredAggregates;
import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.Position;
import dev.studybuddy.publisher.ordering.Predecessor;
import dev.studybuddy.publisher.outbox.OutboxTable;
import dev.studybuddy.publisher.outbox.PageRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.QueryTimeoutException;

/** Reads pages, predecessors and deferred aggregates, as far as memory has room. */
final class OutboxReader {

    private static final Logger log = LoggerFactory.getLogger(OutboxReader.class);

    /** One statement reads at most this many rows of a deferred aggregate. */
    private static final int DEFERRED_ROWS = 100;
    /** One statement reads at most this many predecessors. */
    private static final int MAX_PREDECESSORS = 1024;
    /** A poll is worth its cost only if this part of a page fits in memory: a quarter. */
    private static final int MIN_PAGE_PART = 4;
    /** A shard whose poll timed out is not polled again before this time is over. */
    private static final long TIMED_OUT_WAIT_NANOS = 5_000_000_000L;

    private final PublishSettings settings;
    private final OutboxTable table;
    private final Ordering ordering;
    private final BlockedDestinations blocked;
    private final ShardLeases leases;
    private final PollSchedule schedule;
    private final ShardCursors cursors;
    private final PageAdmitter admitter;
    private final Sweeper sweeper;

    OutboxReader(
            PublishSettings settings,
            OutboxTable table,
            Ordering ordering,
            BlockedDestinations blocked,
            ShardLeases leases,
            PublishListener listener) {
        PublishSettings.Polling polling = settings.polling();
        this.settings = settings;
        this.table = table;
        this.ordering = ordering;
        this.blocked = blocked;
        this.leases = leases;
        this.schedule = new PollSchedule(polling);
        this.cursors = new ShardCursors(ordering, blocked, leases);
        this.admitter = new PageAdmitter(
                ordering,
                blocked,
                cursors,
                listener,
                leases::databaseNow,
                polling.interval().toNanos());
        this.sweeper = new Sweeper(polling.sweepWindow(), table, cursors, admitter, schedule, leases);
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
        DeferredAggregates.DueAggregate due = ordering.deferred().nextDue(nowNanos);
        if (due == null) {
            return false;
        }
        Aggregate aggregate = due.aggregate();
        if (blocked.keepsOut(aggregate)) {
            blocked.recordSkipped(aggregate, Position.START);
            ordering.deferred().remove(aggregate);
            return true;
        }
        List<OutboxRow> rows = table.readPendingFrom(aggregate, due.lowestVersion(), DEFERRED_ROWS);
        ordering.deferred().remove(aggregate);
        int admitted = 0;
        for (OutboxRow row : rows) {
            admitted += ordering.readmit(row, nowNanos) == Ordering.Admission.ADMITTED ? 1 : 0;
        }
        if (admitted == 0) {
            blocked.recordMissingProbe(aggregate, nowNanos);
        }
        if (rows.size() == DEFERRED_ROWS) {
            long lastVersion = rows.getLast().version();
            if (admitted > 0 || ordering.deferred().contains(aggregate)) {
                ordering.deferred().deferOverflow(aggregate, lastVersion);
            } else {
                // All rows of this page are acknowledged and not yet marked.
                ordering.deferred()
                        .defer(
                                aggregate,
                                lastVersion,
                                nowNanos + settings.polling().interval().toNanos());
            }
        }
        return true;
    }

    /** Returns the shards that must be polled now as a bit mask, which is empty while memory is full. */
    long dueShards(long nowNanos) {
        return room() == 0 ? 0 : schedule.dueShards(nowNanos);
    }

    /**
     * Polls the due shards in one round trip, or one by one after a timeout.
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
        long fullCount =
                cursorsToPoll.stream().filter(ShardCursor::lastPageFull).count();
        int fullLimit = (int) Math.max(1, room / Math.max(1, fullCount));
        int shortLimit = Math.max(1, Math.min(room, room / cursorsToPoll.size()));
        List<PageRequest> requests = cursorsToPoll.stream()
                .map(cursor -> cursor.pollRequest(
                        cursor.lastPageFull() ? fullLimit : shortLimit,
                        settings.polling().slack(),
                        leases.databaseNow()))
                .toList();
        int newRows = readPages(requests, nowNanos);
        long fullShards = 0;
        for (ShardCursor cursor : cursorsToPoll) {
            fullShards |= cursor.lastPageFull() && !cursor.isPaused(nowNanos) ? 1L << cursor.shard : 0;
        }
        schedule.recordPoll(nowNanos, dueShards, newRows > 0, fullShards);
        return newRows > 0;
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
            readPages(List.of(next.pollRequest(room, settings.polling().slack(), leases.databaseNow())), nowNanos);
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
        List<Predecessor> requested = ordering.predecessorsToCheck(MAX_PREDECESSORS);
        if (requested.isEmpty()) {
            return false;
        }
        ordering.applyPredecessors(requested, table.readPredecessors(requested), nowNanos);
        return true;
    }

    private int readPages(List<PageRequest> requests, long nowNanos) {
        List<OutboxRow> rows;
        try {
            rows = table.readPages(requests);
        } catch (QueryTimeoutException timeout) {
            if (requests.size() == 1) {
                int shard = requests.getFirst().shard();
                log.atWarn().addKeyValue("shard", shard).log("The poll of one shard timed out; it is retried in 5 s");
                cursors.of(shard).pauseUntil(nowNanos + TIMED_OUT_WAIT_NANOS);
                return 0;
            }
            log.atWarn().log("A poll timed out; this round polls each shard separately");
            int newRows = 0;
            for (PageRequest request : requests) {
                newRows += readPages(List.of(request), nowNanos);
            }
            return newRows;
        }
        return admitter.admitPolled(requests, rows, nowNanos);
    }

    /**
     * Returns the number of rows that the next page may have. It is 0 until a quarter of a page fits, because a poll
     * costs the same for few rows.
     */
    private int room() {
        int page = Math.min(settings.polling().page(), settings.memory().rows());
        int room = Math.min(page, settings.memory().rows() - ordering.size());
        return room * MIN_PAGE_PART >= page ? room : 0;
    }

    /**
     * Returns the monotonic time of the next read in nanoseconds, or null if only an outside event can trigger one.
     */
    @Nullable
    Long nextNanos(long nowNanos) {
        return room() == 0
                ? ordering.deferred().nextNanos()
                : Long.valueOf(schedule.nextNanos(nowNanos, ordering.deferred().nextNanos()));
    }
}
