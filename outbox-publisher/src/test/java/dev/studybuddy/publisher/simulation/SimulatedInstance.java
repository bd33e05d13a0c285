package dev.studybuddy.publisher.simulation;

import dev.studybuddy.publisher.lease.LeaseKeeper;
import dev.studybuddy.publisher.lease.LeaseListener;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.publish.Backoff;
import dev.studybuddy.publisher.publish.OutboxRow;
import dev.studybuddy.publisher.publish.PublishListener;
import dev.studybuddy.publisher.publish.PublishLoop;
import dev.studybuddy.publisher.publish.PublishSettings;
import dev.studybuddy.publisher.publish.Writes;
import java.time.Duration;
import java.util.Random;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One publisher: the real loop and keeper over simulated servers, stepped by the history. */
final class SimulatedInstance implements Writes, PublishListener, LeaseListener {

    private static final Duration TTL = Duration.ofSeconds(10);
    private static final Duration GUARD = Duration.ofMillis(6500);

    final String id;
    final PublishLoop loop;
    final LeaseKeeper keeper;
    final ShardLeases leases;
    long pausedUntil;
    long cutOffUntil;
    long nextBeat;
    private final SimulatedDatabase database;
    private @Nullable Batch batch;
    private @Nullable ResultSink sink;

    SimulatedInstance(
            String id, SimulatedDatabase database, SimulatedBroker broker, LongSupplier nanos, Random random) {
        this.id = id;
        this.database = database;
        this.leases = new ShardLeases(nanos, GUARD.toNanos());
        this.keeper = new LeaseKeeper(
                new LeaseKeeper.Self(id, null), database.leases, leases, nanos, TTL, this, handover -> {});
        this.loop = new PublishLoop(
                settings(random),
                new PublishLoop.Ports(database, broker.senderOf(id), this, this),
                leases,
                nanos,
                () -> {});
    }

    /** Bounds so small that histories reach them. */
    private static PublishSettings settings(Random random) {
        return new PublishSettings(
                new PublishSettings.Polling(
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        8,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(65),
                        Duration.ofHours(1)),
                new PublishSettings.Memory(40, 6, 3, 4, 10, 10_000, 5),
                new PublishSettings.Attempts(3, Duration.ofMillis(200), Duration.ofSeconds(2)),
                new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), random));
    }

    @Override
    public void submit(Batch submitted, ResultSink to) {
        batch = submitted;
        sink = to;
    }

    /** The write under way reaches the table, or fails, before or after it did. */
    void stepWrite(int chance) {
        Batch current = batch;
        ResultSink to = sink;
        if (current == null || to == null) {
            return;
        }
        batch = null;
        sink = null;
        if (chance == 0) {
            to.accept(current, new Result.Failed(new IllegalStateException("before")));
            return;
        }
        Result result = database.write(id, current);
        to.accept(current, chance == 1 ? new Result.Failed(new IllegalStateException("after")) : result);
    }

    @Override
    public void published(OutboxRow row, long ageNanos) {}

    @Override
    public void repeated(int rows) {}

    @Override
    public void refused(OutboxRow row, String reason, boolean deadLettered) {}

    @Override
    public void read(int rows) {}

    @Override
    public void taken(int shards) {}

    @Override
    public void lost(int shards) {}
}
