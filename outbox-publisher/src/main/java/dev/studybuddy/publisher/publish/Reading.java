package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.lease.ShardLeases;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.QueryTimeoutException;

/** Reads pages, predecessors and what was remembered, as far as memory has room. */
final class Reading {

    private static final Logger log = LoggerFactory.getLogger(Reading.class);

    /** Rows of a held or overflowing aggregate that are read at once. */
    private static final int FETCH = 100;
    /** Look-ups of one statement. */
    private static final int LOOK_UPS = 1024;
    /** The least part of a page that is worth a poll: a quarter. */
    private static final int LEAST_PART = 4;
    /** A shard whose statement ran out of time is not asked again sooner. */
    private static final long TIMED_OUT_WAIT_NANOS = 5_000_000_000L;

    private final PublishSettings settings;
    private final OutboxTable table;
    private final Ordering ordering;
    private final TopicBlocks blocks;
    private final ShardLeases leases;
    private final PollTimes times;
    private final Cursors cursors;
    private final Intake intake;
    private final Sweeps sweeps;

    Reading(
            PublishSettings settings,
            OutboxTable table,
            Ordering ordering,
            TopicBlocks blocks,
            ShardLeases leases,
            PublishListener listener) {
        PublishSettings.Polling polling = settings.polling();
        this.settings = settings;
        this.table = table;
        this.ordering = ordering;
        this.blocks = blocks;
        this.leases = leases;
        this.times = new PollTimes(polling);
        this.cursors = new Cursors(ordering, blocks, leases);
        this.intake = new Intake(
                ordering,
                blocks,
                cursors,
                listener,
                leases::databaseNow,
                polling.interval().toNanos());
        this.sweeps = new Sweeps(polling.sweepWindow(), table, cursors, intake, times, leases);
    }

    PollTimes times() {
        return times;
    }

    Cursors cursors() {
        return cursors;
    }

    /** Reads again what was held or overflowed and is due; one statement. */
    boolean readRemembered(long now) {
        Remembered.Opened opened = ordering.remembered().due(now);
        if (opened == null) {
            return false;
        }
        Aggregate aggregate = opened.aggregate();
        if (blocks.blocked(aggregate.type())) {
            blocks.skip(aggregate.type(), aggregate.shard(), Position.START);
            ordering.remembered().forget(aggregate);
            return true;
        }
        List<OutboxRow> rows = table.pendingFrom(aggregate, opened.lowestVersion(), FETCH);
        ordering.remembered().forget(aggregate);
        int admitted = 0;
        for (OutboxRow row : rows) {
            admitted += ordering.readmit(row, now) == Ordering.Admission.ADMITTED ? 1 : 0;
        }
        if (rows.size() == FETCH) {
            long last = rows.getLast().version();
            if (admitted > 0 || ordering.remembered().contains(aggregate)) {
                ordering.remembered().overflow(aggregate, last);
            } else {
                // All of them are acknowledged and not yet marked.
                ordering.remembered()
                        .hold(
                                aggregate,
                                last,
                                now + settings.polling().interval().toNanos());
            }
        }
        return true;
    }

    /** The shards that are to be polled now, as bits; none while memory is full. */
    long due(long now) {
        return room() == 0 ? 0 : times.due(now);
    }

    /** Polls the shards that are due, in one round trip; after a timeout shard by shard. */
    boolean poll(long now, long due) {
        int room = room();
        if (due == 0 || room == 0) {
            return false;
        }
        List<ShardCursor> following = cursors.all().stream()
                .filter(cursor -> (due & (1L << cursor.shard)) != 0 && !cursor.catchingUp() && !cursor.waits(now))
                .toList();
        if (following.isEmpty()) {
            times.polled(now, due, false, 0);
            return false;
        }
        long full = following.stream().filter(ShardCursor::full).count();
        int many = (int) Math.max(1, room / Math.max(1, full));
        int few = Math.max(1, Math.min(room, room / following.size()));
        List<PageRequest> requests = following.stream()
                .map(cursor -> cursor.request(
                        cursor.full() ? many : few, settings.polling().slack(), leases.databaseNow()))
                .toList();
        int read = readPages(requests, now);
        long fullNow = 0;
        for (ShardCursor cursor : following) {
            fullNow |= cursor.full() && !cursor.waits(now) ? 1L << cursor.shard : 0;
        }
        times.polled(now, due, read > 0, fullNow);
        return read > 0;
    }

    /** Reads one page of a shard that catches up, or of a sweep: a statement of its own. */
    boolean walk(long now) {
        int room = room();
        if (room == 0) {
            return false;
        }
        sweeps.beginDue(now, room);
        ShardCursor next = times.roundRobin(
                cursors.all(), cursor -> !cursor.waits(now) && (cursor.catchingUp() || sweeps.due(cursor, now)));
        if (next == null) {
            return false;
        }
        if (next.catchingUp()) {
            readPages(List.of(next.request(room, settings.polling().slack(), leases.databaseNow())), now);
        } else {
            sweeps.goOn(next, room, now);
        }
        return true;
    }

    /** Reads the state of predecessors that nobody here knows; one statement. */
    boolean check(long now) {
        List<Predecessor> asked = ordering.unchecked(LOOK_UPS);
        if (asked.isEmpty()) {
            return false;
        }
        ordering.answered(asked, table.predecessors(asked), now);
        return true;
    }

    private int readPages(List<PageRequest> requests, long now) {
        List<OutboxRow> rows;
        try {
            rows = table.pages(requests);
        } catch (QueryTimeoutException timeout) {
            if (requests.size() == 1) {
                int shard = requests.getFirst().shard();
                log.atWarn()
                        .addKeyValue("shard", shard)
                        .log("A shard's poll ran out of time; it is asked again in 5 s");
                cursors.of(shard).waitUntil(now + TIMED_OUT_WAIT_NANOS);
                return 0;
            }
            log.atWarn().log("A poll ran out of time; this round polls shard by shard");
            int read = 0;
            for (PageRequest request : requests) {
                read += readPages(List.of(request), now);
            }
            return read;
        }
        return intake.polled(requests, rows, now);
    }

    /** Rows that the next page may have; 0 until a good part of one fits, since a poll costs the same for few. */
    private int room() {
        int page = Math.min(settings.polling().page(), settings.memory().rows());
        int room = Math.min(page, settings.memory().rows() - ordering.size());
        return room * LEAST_PART >= page ? room : 0;
    }

    /** When something is to be read again; a null means not before something else happens. */
    @Nullable
    Long nextNanos(long now) {
        return room() == 0
                ? ordering.remembered().nextNanos()
                : Long.valueOf(times.next(now, ordering.remembered().nextNanos()));
    }
}
