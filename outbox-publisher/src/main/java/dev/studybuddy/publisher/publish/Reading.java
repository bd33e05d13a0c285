package dev.studybuddy.publisher.publish;

import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.lease.Lease;
import dev.studybuddy.publisher.lease.ShardLeases;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.QueryTimeoutException;

/** Reads pages and predecessors and lets them in: where each shard stands, and when it is read again. */
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
    private final PublishListener listener;
    private final Map<Integer, ShardCursor> cursors = new HashMap<>();
    private final PollTimes times;
    /** The changes of the leases that were followed. */
    private long followed = -1;

    Reading(
            PublishSettings settings,
            OutboxTable table,
            Ordering ordering,
            TopicBlocks blocks,
            ShardLeases leases,
            PublishListener listener) {
        this.settings = settings;
        this.table = table;
        this.ordering = ordering;
        this.blocks = blocks;
        this.leases = leases;
        this.listener = listener;
        this.times = new PollTimes(settings.polling());
    }

    PollTimes times() {
        return times;
    }

    /** Follows the leases: begins shards that came, forgets those that went, drains those that are going. */
    void follow(long now, Function<String, @Nullable String> stillBlocked) {
        long changes = leases.changes();
        if (changes != followed || leases.anyDraining()) {
            follow(leases.owned(), now);
            followed = changes;
        }
        for (TopicBlocks.Resumed resumed : blocks.due(now, stillBlocked)) {
            ShardCursor cursor = cursors.get(resumed.shard());
            if (cursor != null) {
                cursor.sweepFrom(resumed.from());
            }
        }
    }

    private void follow(Collection<Lease> owned, long now) {
        for (ShardCursor cursor : List.copyOf(cursors.values())) {
            Lease lease = leases.of(cursor.shard);
            if (lease == null || lease.epoch() != cursor.epoch || lease.draining()) {
                cursors.remove(cursor.shard);
                ordering.forgetShard(cursor.shard, now);
                blocks.forgetShard(cursor.shard);
            }
        }
        for (Lease lease : owned) {
            if (lease.draining()) {
                if (ordering.busy(lease.shard()) == 0) {
                    leases.drained(lease.shard(), lease.epoch());
                }
            } else {
                ShardCursor cursor = cursors.computeIfAbsent(
                        lease.shard(), shard -> new ShardCursor(lease, leases.databaseNow(), now));
                if (cursor.sweepRequested(lease.sweepRequestedAt())) {
                    ordering.remembered().openShard(lease.shard(), now);
                    cursor.sweepFrom(Position.START);
                }
            }
        }
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
        List<ShardCursor> following = cursors.values().stream()
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
        boolean sweepDue = times.sweepDue(now);
        boolean deep = sweepDue && times.deepSweepDue(now);
        if (room == 0) {
            return false;
        }
        if (sweepDue) {
            sweepLate(now, deep, room);
        }
        ShardCursor next = times.roundRobin(
                cursors,
                cursor ->
                        !cursor.waits(now) && (cursor.catchingUp() || (cursor.sweeping() && !cursor.sweepWaits(now))));
        if (next == null) {
            return false;
        }
        if (next.catchingUp()) {
            readPages(List.of(next.request(room, settings.polling().slack(), leases.databaseNow())), now);
        } else {
            sweep(List.of(next.sweepRequest(room)), now);
        }
        return true;
    }

    private void sweepLate(long now, boolean deep, int room) {
        List<PageRequest> requests = new ArrayList<>();
        for (ShardCursor cursor : cursors.values()) {
            if (deep) {
                cursor.sweepFrom(Position.START);
            } else if (!cursor.sweeping() && !cursor.catchingUp() && !cursor.waits(now)) {
                cursor.sweepLate(leases.databaseNow(), settings.polling().sweepWindow());
                if (cursor.sweeping()) {
                    requests.add(cursor.sweepRequest(Math.max(1, room / Shards.COUNT)));
                }
            }
        }
        if (!requests.isEmpty()) {
            sweep(requests, now);
        }
        times.swept(now, deep);
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
                cursor(shard).waitUntil(now + TIMED_OUT_WAIT_NANOS);
                return 0;
            }
            log.atWarn().log("A poll ran out of time; this round polls shard by shard");
            int read = 0;
            for (PageRequest request : requests) {
                read += readPages(List.of(request), now);
            }
            return read;
        }
        return take(requests, rows, now, false);
    }

    /** One statement of one or more sweeps; what runs out of time is gone on with shard by shard, and put off alone. */
    private void sweep(List<PageRequest> requests, long now) {
        try {
            take(requests, table.sweep(requests), now, true);
        } catch (QueryTimeoutException timeout) {
            if (requests.size() == 1) {
                int shard = requests.getFirst().shard();
                cursor(shard).putOffSweep(now);
                log.atWarn()
                        .addKeyValue("shard", shard)
                        .log("A shard's sweep ran out of time; it is put off, polls go on");
            } else {
                log.atWarn().log("A sweep ran out of time; it goes on shard by shard");
            }
        }
    }

    private int take(List<PageRequest> requests, List<OutboxRow> rows, long now, boolean sweep) {
        Map<Integer, List<OutboxRow>> byShard = new HashMap<>();
        rows.forEach(row -> byShard.computeIfAbsent(row.aggregate().shard(), key -> new ArrayList<>())
                .add(row));
        int admitted = 0;
        for (PageRequest request : requests) {
            admitted += take(request, byShard.getOrDefault(request.shard(), List.of()), now, sweep);
        }
        if (admitted > 0) {
            listener.read(admitted);
        }
        return admitted;
    }

    private int take(PageRequest request, List<OutboxRow> rows, long now, boolean sweep) {
        int admitted = 0;
        int known = 0;
        boolean more = rows.size() == request.limit();
        OutboxRow end = null;
        for (OutboxRow row : rows) {
            Ordering.Admission admission = admit(row, now);
            if (admission == Ordering.Admission.STOP) {
                more = true;
                cursor(request.shard())
                        .waitUntil(now + settings.polling().interval().toNanos());
                break;
            }
            end = row;
            admitted += admission == Ordering.Admission.ADMITTED ? 1 : 0;
            known += admission == Ordering.Admission.ADMITTED ? 0 : 1;
        }
        ShardCursor cursor = cursor(request.shard());
        if (sweep) {
            cursor.swept(end, more);
        } else {
            cursor.read(end, known, more, leases.databaseNow());
        }
        return admitted;
    }

    private Ordering.Admission admit(OutboxRow row, long now) {
        String type = row.aggregate().type();
        if (blocks.blocked(type)) {
            blocks.skip(type, row.aggregate().shard(), row.position());
            return Ordering.Admission.LEFT;
        }
        return ordering.admit(row, now);
    }

    private ShardCursor cursor(int shard) {
        ShardCursor cursor = cursors.get(shard);
        if (cursor == null) {
            throw new IllegalStateException("no cursor for shard " + shard);
        }
        return cursor;
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
