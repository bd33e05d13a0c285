package dev.studybuddy.publisher.simulation;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.publisher.lease.FitnessTracker;
import dev.studybuddy.publisher.lease.LeaseKeeper;
import dev.studybuddy.publisher.lease.LeaseListener;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.lease.StartingPoints;
import dev.studybuddy.publisher.metrics.PublisherHealth;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.outbox.AcknowledgementSettings;
import dev.studybuddy.publisher.outbox.OutboxWriter;
import dev.studybuddy.publisher.publish.PublishListener;
import dev.studybuddy.publisher.publish.PublishLoop;
import dev.studybuddy.publisher.publish.PublishSettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.util.unit.DataSize;

/** Runs one publisher: the real loop and lease keeper on simulated servers. The history calls each step. */
final class SimulatedInstance implements OutboxWriter, PublishListener, LeaseListener {

    private static final long HEARTBEAT_NANOS = 1_000_000_000L;
    private static final long TOPIC_CHECK_NANOS = 2_000_000_000L;
    private static final long STARTING_POINTS_INTERVAL_NANOS = 5_000_000_000L;

    /** These bounds are so small that histories reach them. */
    static final PublishSettings.Memory SMALL_MEMORY =
            new PublishSettings.Memory(40, DataSize.ofBytes(9_000), 6, 3, 4, 10, 10_000, 5);

    final String id;
    private final PublishLoop loop;
    private final LeaseKeeper keeper;
    private final FitnessTracker fitness;
    private final ShardLeases leases;
    private final SimulatedClock clock;
    private final SimulatedDatabase database;
    private final SimulatedBroker broker;
    private final Mutant mutant;
    private final AcknowledgementSettings.Action action;
    private final StartingPoints startingPoints;
    private final Runnable heartbeatBegins;
    /** This action runs between the check and the send. */
    Runnable beforeSend = () -> {};

    /** Counts how often rows on hold began to be skipped. */
    int holdOverflows;

    private boolean insideSend;
    private long frozenUntilNanos;
    private long cutOffUntilNanos;
    /** Sends get no answer from this time until {@link #slowUntilNanos}. */
    long slowFromNanos;

    long slowUntilNanos;
    private long withoutKafkaUntilNanos;
    private long nextHeartbeatNanos;
    private long nextTopicCheckNanos;
    private @Nullable Long answerNanos;
    private @Nullable Long roundNanos;
    private long nextStartingPointsNanos;
    private long leavesUntilNanos;
    private final Queue<Submitted> submitted = new ArrayDeque<>();

    SimulatedInstance(
            int number,
            SimulatedDatabase database,
            SimulatedStartingPoints storedPoints,
            SimulatedBroker broker,
            SimulatedClock clock,
            Faults faults) {
        this(number, database, storedPoints, broker, clock, faults, SMALL_MEMORY);
    }

    SimulatedInstance(
            int number,
            SimulatedDatabase database,
            SimulatedStartingPoints storedPoints,
            SimulatedBroker broker,
            SimulatedClock clock,
            Faults faults,
            PublishSettings.Memory memory) {
        this.id = "p" + number;
        this.clock = clock;
        this.database = database;
        this.broker = broker;
        this.mutant = faults.mutant();
        this.action = faults.random().nextBoolean()
                ? AcknowledgementSettings.Action.MARK
                : AcknowledgementSettings.Action.DELETE;
        this.leases = new ShardLeases(clock, mutant.guardNanos());
        Mutant.KeeperPorts ports = mutant.keeperPorts(database.leases, clock);
        this.heartbeatBegins = ports.heartbeatBegins();
        this.fitness = new FitnessTracker(
                clock, new FitnessTracker.Signals(() -> optional(answerNanos), () -> optional(roundNanos), () -> true));
        this.keeper = new LeaseKeeper(
                new LeaseKeeper.Identity(id, null, fitness),
                ports.table(),
                leases,
                ports.clock(),
                Duration.ofNanos(SimulatedLeases.TTL_NANOS),
                this,
                handover -> {});
        Mutant.ReaderPorts reads = mutant.readerPorts(number, database, storedPoints);
        this.startingPoints = reads.startingPoints();
        this.loop = new PublishLoop(
                settings(faults.random(), memory),
                new PublishLoop.Collaborators(
                        reads.table(),
                        reads.startingPoints(),
                        mutant.wrapSender(broker.senderOf(this), database),
                        this,
                        this),
                leases,
                clock,
                () -> {});
    }

    private static PublishSettings settings(Random random, PublishSettings.Memory memory) {
        return new PublishSettings(
                new PublishSettings.Polling(
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ofMillis(2),
                        Duration.ofMillis(20),
                        8,
                        DataSize.ofKilobytes(12),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(1),
                        Duration.ofHours(1),
                        Duration.ofSeconds(60)),
                memory,
                new PublishSettings.Attempts(3, Duration.ofMillis(200), Duration.ofSeconds(2)),
                new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), random));
    }

    /**
     * Runs the action that is due between the check and the send. The publishing thread takes no step during that time.
     */
    void runBeforeSend() {
        insideSend = true;
        try {
            beforeSend.run();
        } finally {
            insideSend = false;
        }
    }

    boolean isAwake() {
        return clock.nanos() >= frozenUntilNanos;
    }

    void freezeFor(long nanos) {
        frozenUntilNanos = clock.nanos() + nanos;
    }

    /** Prevents the heartbeats from reaching the database for this time. */
    void cutOffFor(long nanos) {
        cutOffUntilNanos = clock.nanos() + nanos;
    }

    /** Prevents the instance from reaching Kafka for this time, while the other instances reach it. */
    void cutOffFromKafkaFor(long nanos) {
        withoutKafkaUntilNanos = clock.nanos() + nanos;
    }

    boolean isWithoutKafka() {
        return clock.nanos() < withoutKafkaUntilNanos;
    }

    private static OptionalLong optional(@Nullable Long nanos) {
        return nanos == null ? OptionalLong.empty() : OptionalLong.of(nanos);
    }

    boolean ownsShards() {
        return !leases.owned().isEmpty();
    }

    boolean isCutOff() {
        return clock.nanos() < cutOffUntilNanos;
    }

    /** Ends every fault. */
    void endFaults() {
        cutOffUntilNanos = 0;
        withoutKafkaUntilNanos = 0;
        slowUntilNanos = 0;
        beforeSend = () -> {};
        pauseTypes(Set.of());
    }

    /** Returns the partitions to which the instance sends no records now, as its health reports them. */
    Set<String> blockedPartitions() {
        return loop.state().blockedPartitions().keySet();
    }

    /** Returns the reason of an outage of the brokers that the instance reports, or null if there is none. */
    @Nullable
    String brokerFailure() {
        return loop.state().brokerFailure();
    }

    /** Returns the health that the instance reports. */
    Health health() {
        return new PublisherHealth(id, leases, loop, Map::of, fitness, Duration.ofNanos(SimulatedLeases.TTL_NANOS))
                .health();
    }

    /** Returns the time that the oldest send without an outcome has taken so far. */
    Duration longestSend() {
        return Duration.ofNanos(loop.longestSendNanos());
    }

    /** Sets the types that the instance does not publish. */
    void pauseTypes(Set<String> types) {
        loop.pause(types);
    }

    /** Runs one step of the publishing thread. A later step repeats a step that an injected fault made fail. */
    void step(int step) {
        if (insideSend) {
            // The publishing thread waits inside a send, so it takes no step.
            return;
        }
        ignoreInjectedFaults(() -> {
            switch (step) {
                case 0 -> loop.collect();
                case 1 -> {
                    loop.collect();
                    loop.read();
                }
                case 2 -> loop.check();
                case 3 -> loop.send();
                case 4 -> loop.mark();
                default -> {
                    loop.runRound();
                    roundNanos = clock.nanos();
                }
            }
        });
    }

    /** Runs the lease thread: it sends a heartbeat if one is due, and otherwise hands over drained shards. */
    void keepLeases() {
        if (!isAwake()) {
            return;
        }
        if (clock.nanos() >= nextTopicCheckNanos) {
            nextTopicCheckNanos = clock.nanos() + TOPIC_CHECK_NANOS;
            answerNanos = broker.unavailable || isWithoutKafka() ? answerNanos : (Long) clock.nanos();
        }
        if (isCutOff()) {
            return;
        }
        if (clock.nanos() >= nextHeartbeatNanos) {
            heartbeat();
        } else {
            ignoreInjectedFaults(keeper::handOver);
        }
    }

    void heartbeat() {
        heartbeatBegins.run();
        ignoreInjectedFaults(keeper::renewAndBalance);
        nextHeartbeatNanos = clock.nanos() + HEARTBEAT_NANOS;
        if (clock.nanos() >= nextStartingPointsNanos) {
            nextStartingPointsNanos = clock.nanos() + STARTING_POINTS_INTERVAL_NANOS;
            ignoreInjectedFaults(() -> startingPoints.write(id, loop.startingPoints()));
        }
    }

    /** Begins a graceful stop, which may take this time. */
    void leave(long withinNanos) {
        leavesUntilNanos = clock.nanos() + withinNanos;
        keeper.beginLeaving();
    }

    /**
     * Ends the graceful stop if no shard is owned or its time is over.
     *
     * @return whether the instance has stopped
     */
    boolean completeStop() {
        if (leavesUntilNanos == 0 || (!leases.owned().isEmpty() && clock.nanos() < leavesUntilNanos)) {
            return false;
        }
        ignoreInjectedFaults(keeper::leave);
        return true;
    }

    boolean isLeaving() {
        return leavesUntilNanos > 0;
    }

    private static void ignoreInjectedFaults(Runnable action) {
        try {
            action.run();
        } catch (DatabaseFaults.Failed | DatabaseFaults.TimedOut expected) {
            // The real loop handles a failure in this way as well: the round is over, and the next one follows.
            return;
        }
    }

    @Override
    public void submit(Batch batch, ResultSink sink) {
        submitted.add(new Submitted(mutant.changeBatch(batch), (written, result) -> sink.accept(batch, result)));
    }

    private record Submitted(Batch batch, ResultSink sink) {}

    /**
     * Applies the oldest submitted batch to the table in whole, in part, or not at all, and reports success or failure.
     */
    void stepWrite(int chance) {
        Submitted next = submitted.poll();
        if (next == null) {
            return;
        }
        Batch current = next.batch();
        ResultSink sink = next.sink();
        switch (chance) {
            case 0 -> sink.accept(current, new Result.Failed(Reason.TIMED_OUT, new IllegalStateException("before")));
            case 1 -> {
                database.write(id, action, new Batch(current.marks(), List.of()));
                sink.accept(current, new Result.Failed(Reason.ERROR, new IllegalStateException("between")));
            }
            case 2 -> {
                database.write(id, action, current);
                sink.accept(current, new Result.Unreachable(new IllegalStateException("after")));
            }
            default -> sink.accept(current, database.write(id, action, current));
        }
    }

    @Override
    public void countPublished(OutboxRow row, long ageNanos) {}

    @Override
    public void countRepeated(int rows) {}

    @Override
    public void countRefused(OutboxRow row, String reason, boolean deadLettered) {}

    @Override
    public void countRead(int rows) {}

    @Override
    public void countHoldOverflow() {
        holdOverflows++;
    }

    @Override
    public void countEndedProducerSession() {}

    @Override
    public void countTakenShards(int shards) {}

    @Override
    public void countLostShards(int shards) {}
}
