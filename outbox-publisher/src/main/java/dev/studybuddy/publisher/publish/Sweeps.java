package dev.studybuddy.publisher.publish;

import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.lease.ShardLeases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.QueryTimeoutException;

/** Walks what lies behind the cursors: a short stretch often, for what committed late; all of it seldom, or on request. */
final class Sweeps {

    private static final Logger log = LoggerFactory.getLogger(Sweeps.class);

    private final Duration window;
    private final OutboxTable table;
    private final Cursors cursors;
    private final Intake intake;
    private final PollTimes times;
    private final ShardLeases leases;

    /**
     * @param window how late a row may become visible, and how far back a sweep begins
     */
    Sweeps(Duration window, OutboxTable table, Cursors cursors, Intake intake, PollTimes times, ShardLeases leases) {
        this.window = window;
        this.table = table;
        this.cursors = cursors;
        this.intake = intake;
        this.times = times;
        this.leases = leases;
    }

    /** Where they are due, begins those of all shards, and reads the first page of each that looks for late rows. */
    void beginDue(long now, int room) {
        if (!times.sweepDue(now)) {
            return;
        }
        boolean deep = times.deepSweepDue(now);
        List<PageRequest> requests = new ArrayList<>();
        for (ShardCursor cursor : cursors.all()) {
            if (deep) {
                cursor.sweepFrom(Position.START);
            } else if (!cursor.sweeping() && !cursor.catchingUp() && !cursor.waits(now)) {
                cursor.sweepLate(leases.databaseNow(), window);
                if (cursor.sweeping()) {
                    requests.add(cursor.sweepRequest(Math.max(1, room / Shards.COUNT)));
                }
            }
        }
        if (!requests.isEmpty()) {
            read(requests, now);
        }
        times.swept(now, deep);
    }

    /** Whether a shard has a sweep that goes on now. */
    boolean due(ShardCursor cursor, long now) {
        return cursor.sweeping() && !cursor.sweepWaits(now);
    }

    /** Reads the next page of one shard's sweep. */
    void goOn(ShardCursor cursor, int room, long now) {
        read(List.of(cursor.sweepRequest(room)), now);
    }

    /** One statement of one or more sweeps; what runs out of time is gone on with shard by shard, and put off alone. */
    private void read(List<PageRequest> requests, long now) {
        try {
            intake.swept(requests, table.sweep(requests), now);
        } catch (QueryTimeoutException timeout) {
            if (requests.size() == 1) {
                int shard = requests.getFirst().shard();
                cursors.of(shard).putOffSweep(now);
                log.atWarn()
                        .addKeyValue("shard", shard)
                        .log("A shard's sweep ran out of time; it is put off, polls go on");
            } else {
                log.atWarn().log("A sweep ran out of time; it goes on shard by shard");
            }
        }
    }
}
