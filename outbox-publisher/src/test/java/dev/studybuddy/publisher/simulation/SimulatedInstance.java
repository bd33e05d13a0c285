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
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Random;

/** One publisher: the real loop and keeper over simulated servers, stepped by the history. */
final class SimulatedInstance implements Writes, PublishListener, LeaseListener {

    private static final long HEARTBEAT_NANOS = 1_000_000_000L;

    final String id;
    private final PublishLoop loop;
    private final LeaseKeeper keeper;
    private final ShardLeases leases;
    private final SimulatedClock clock;
    private final SimulatedDatabase database;
    private final Mutation mutation;
    private final Runnable heartbeatBegins;
    /** What passes between the check and the send. */
    Runnable beforeTheSend = () -> {};

    private long pausedUntil;
    private long cutOffUntil;
    /** While its sends get no answer. */
    long slowFrom;

    long slowUntil;
    private long nextBeat;
    private long leavesUntil;
    private final Queue<Submitted> submitted = new ArrayDeque<>();

    SimulatedInstance(
            int number, SimulatedDatabase database, SimulatedBroker broker, SimulatedClock clock, Faults faults) {
        this.id = "p" + number;
        this.clock = clock;
        this.database = database;
        this.mutation = faults.mutation();
        this.leases = new ShardLeases(clock, mutation.guardNanos());
        Mutation.KeeperPorts ports = mutation.keeper(database.leases, clock);
        this.heartbeatBegins = ports.heartbeatBegins();
        this.keeper = new LeaseKeeper(
                new LeaseKeeper.Self(id, null),
                ports.table(),
                leases,
                ports.nanos(),
                Duration.ofNanos(SimulatedLeases.TTL_NANOS),
                this,
                handover -> {});
        this.loop = new PublishLoop(
                settings(faults.random()),
                new PublishLoop.Ports(
                        mutation.table(number, database), mutation.sender(broker.senderOf(this), database), this, this),
                leases,
                clock,
                () -> {});
    }

    /** Bounds so small that histories reach them. */
    private static PublishSettings settings(Random random) {
        return new PublishSettings(
                new PublishSettings.Polling(
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ofMillis(2),
                        Duration.ofMillis(20),
                        8,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(65),
                        Duration.ofHours(1)),
                new PublishSettings.Memory(40, 6, 3, 4, 10, 10_000, 5),
                new PublishSettings.Attempts(3, Duration.ofMillis(200), Duration.ofSeconds(2)),
                new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), random));
    }

    boolean awake() {
        return clock.getAsLong() >= pausedUntil;
    }

    void pauseFor(long nanos) {
        pausedUntil = clock.getAsLong() + nanos;
    }

    /** Its heartbeats don't reach the database for so long. */
    void cutOffFor(long nanos) {
        cutOffUntil = clock.getAsLong() + nanos;
    }

    boolean owns() {
        return !leases.owned().isEmpty();
    }

    boolean cutOff() {
        return clock.getAsLong() < cutOffUntil;
    }

    /** Ends every fault. */
    void heal() {
        cutOffUntil = 0;
        slowUntil = 0;
        beforeTheSend = () -> {};
    }

    /** One step of its publishing thread; what the history made fail is tried again later. */
    void step(int which) {
        inSpiteOfFaults(() -> {
            switch (which) {
                case 0 -> loop.collect();
                case 1 -> {
                    loop.collect();
                    loop.read();
                }
                case 2 -> loop.check();
                case 3 -> loop.send();
                case 4 -> loop.mark();
                default -> loop.round();
            }
        });
    }

    /** What its lease thread does now: a heartbeat that is due, else handing over what is drained. */
    void keepLeases() {
        if (!awake() || cutOff()) {
            return;
        }
        if (clock.getAsLong() >= nextBeat) {
            heartbeat();
        } else {
            inSpiteOfFaults(keeper::handOver);
        }
    }

    void heartbeat() {
        heartbeatBegins.run();
        inSpiteOfFaults(keeper::heartbeat);
        nextBeat = clock.getAsLong() + HEARTBEAT_NANOS;
    }

    /** Begins a graceful stop, which may take so long. */
    void leave(long within) {
        leavesUntil = clock.getAsLong() + within;
        keeper.beginLeaving();
    }

    /** Whether its graceful stop is over; it is gone then. */
    boolean left() {
        if (leavesUntil == 0 || (!leases.owned().isEmpty() && clock.getAsLong() < leavesUntil)) {
            return false;
        }
        inSpiteOfFaults(keeper::leave);
        return true;
    }

    boolean leaving() {
        return leavesUntil > 0;
    }

    private static void inSpiteOfFaults(Runnable step) {
        try {
            step.run();
        } catch (Disturbance.Failed | Disturbance.TimedOut expected) {
            // As its loop does: the round is over, the next one comes.
            return;
        }
    }

    @Override
    public void submit(Batch batch, ResultSink to) {
        submitted.add(new Submitted(mutation.batch(batch), (written, result) -> to.accept(batch, result)));
    }

    private record Submitted(Batch batch, ResultSink sink) {}

    /** The write under way reaches the table, in whole or in part, and its result is told or is not. */
    void stepWrite(int chance) {
        Submitted next = submitted.poll();
        if (next == null) {
            return;
        }
        Batch current = next.batch();
        ResultSink to = next.sink();
        switch (chance) {
            case 0 -> to.accept(current, new Result.Failed(new IllegalStateException("before")));
            case 1 -> {
                database.write(id, new Batch(current.marks(), List.of()));
                to.accept(current, new Result.Failed(new IllegalStateException("between")));
            }
            case 2 -> {
                database.write(id, current);
                to.accept(current, new Result.Failed(new IllegalStateException("after")));
            }
            default -> to.accept(current, database.write(id, current));
        }
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
