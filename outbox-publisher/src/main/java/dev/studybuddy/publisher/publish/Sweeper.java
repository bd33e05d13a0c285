package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.ordering.IndexPosition;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.outbox.OutboxQueries;
import dev.studybuddy.publisher.outbox.PageRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Reads the rows before the positions of the cursors: a short range for late commits in most sweeps, and all rows in a
 * deep sweep, on request, or after a shard was taken. It also reads the pages of backlogs. A slice of time that timed
 * out is read again in parts, so that each sweep makes progress.
 */
final class Sweeper {

    private static final Logger log = LoggerFactory.getLogger(Sweeper.class);

    /**
     * After a timeout, a page of a sweep has at most this number of rows. If such a page times out too, but can be read
     * without contents, the rows of its shard are read without contents for a minute.
     */
    private static final int ROWS_AFTER_TIMEOUT = 512;

    private final Duration window;
    private final SliceLength slices;
    private final MonotonicClock clock;
    private final OutboxQueries table;
    private final ShardCursors cursors;
    private final PageAdmitter admitter;
    private final PollSchedule schedule;
    private final ShardLeases leases;

    /**
     * @param polling the settings of sweeps
     * @param clock the monotonic clock that measures the statements
     */
    Sweeper(
            PublishSettings.Polling polling,
            MonotonicClock clock,
            OutboxQueries table,
            ShardCursors cursors,
            PageAdmitter admitter,
            PollSchedule schedule,
            ShardLeases leases) {
        this.window = polling.sweepWindow();
        this.slices = new SliceLength(polling.sweepTimeout());
        this.clock = clock;
        this.table = table;
        this.cursors = cursors;
        this.admitter = admitter;
        this.schedule = schedule;
        this.leases = leases;
    }

    /** Begins the sweeps of all shards if they are due, and reads the first page of each sweep for late commits. */
    void beginDue(long nowNanos, int room) {
        if (!schedule.isSweepDue(nowNanos)) {
            return;
        }
        boolean deep = schedule.isDeepSweepDue(nowNanos);
        List<PageRequest> requests = new ArrayList<>();
        for (ShardCursor cursor : cursors.all()) {
            if (deep) {
                cursor.sweepFrom(IndexPosition.START);
            } else if (!cursor.isSweeping()
                    && !cursor.isReadingBacklog()
                    && !cursor.isBackingOff(nowNanos)
                    && leases.maySend(cursor.shard)) {
                cursor.beginLateSweep(leases.databaseNow(), window);
                if (cursor.isSweeping()) {
                    requests.add(sweepPageRequest(cursor, Math.max(1, room / Shards.COUNT)));
                }
            }
        }
        if (!requests.isEmpty()) {
            readPages(requests, nowNanos);
        }
        schedule.recordSweep(nowNanos, deep);
    }

    /** Returns whether a shard has a sweep that continues now. */
    boolean isDue(ShardCursor cursor, long nowNanos) {
        return cursor.isSweeping() && !cursor.isSweepBackingOff(nowNanos);
    }

    /**
     * Reads the next page of one shard's sweep. After a timeout, the page has few rows, because rows of one creation
     * time cannot be divided by time.
     */
    void readNextPage(ShardCursor cursor, int room, long nowNanos) {
        int limit = cursor.hasSweepTimedOut() ? Math.min(room, ROWS_AFTER_TIMEOUT) : room;
        readPages(List.of(sweepPageRequest(cursor, limit)), nowNanos);
    }

    private PageRequest sweepPageRequest(ShardCursor cursor, int limit) {
        return cursor.sweepPageRequest(limit, slices.endAfter(cursor.sweepPosition(), leases.databaseNow()));
    }

    /**
     * Reads the next page of a shard's backlog, and returns its rows. If the statement takes too long, the next one
     * covers less time.
     */
    List<OutboxRow> readBacklogPage(ShardCursor cursor, int room, long nowNanos) {
        List<PageRequest> requests =
                List.of(cursor.backlogPageRequest(room, slices.endAfter(cursor.position(), leases.databaseNow())));
        try {
            List<OutboxRow> rows = measuredRead(requests);
            admitter.admitPolled(requests, rows, nowNanos);
            return rows;
        } catch (DataAccessException failure) {
            recordTimeout(requests.getFirst(), failure);
            throw failure;
        }
    }

    private List<OutboxRow> measuredRead(List<PageRequest> requests) {
        long startNanos = clock.nanos();
        List<OutboxRow> rows = table.readSweepPages(requests);
        slices.recordRead(clock.nanos() - startNanos);
        return rows;
    }

    /**
     * Makes the next slice shorter, unless the statement only waited for another transaction or the database is
     * unavailable.
     */
    private void recordTimeout(PageRequest request, DataAccessException failure) {
        if (StatementFailures.concernsStatement(failure) && !StatementFailures.isLockTimeout(failure)) {
            slices.recordTimeout(request, leases.databaseNow());
        }
    }

    /**
     * Reads pages of one or more sweeps with one statement. After a timeout, several sweeps continue one by one, and a
     * single sweep backs off.
     */
    private void readPages(List<PageRequest> requests, long nowNanos) {
        try {
            admitter.admitSwept(requests, measuredRead(requests), nowNanos);
        } catch (DataAccessException failure) {
            if (!StatementFailures.concernsStatement(failure)) {
                throw failure;
            }
            if (requests.size() == 1) {
                int shard = requests.getFirst().shard();
                recordTimeout(requests.getFirst(), failure);
                cursors.of(shard).backOffSweep(nowNanos, StatementFailures.isLockTimeout(failure));
                log.atWarn()
                        .addKeyValue("shard", shard)
                        .addKeyValue("reason", StatementFailures.describe(failure))
                        .log("The sweep of one shard failed; the publisher repeats it after a backoff and continues the"
                                + " polls");
            } else {
                log.atWarn()
                        .addKeyValue("reason", StatementFailures.describe(failure))
                        .log("A sweep of several shards failed; the publisher continues it shard by shard");
            }
        }
    }
}
