package dev.studybuddy.publisher.simulation;

import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.publish.PublishSettings;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;

/** Runs the real loop of one instance round by round, on servers without random faults. */
final class SimulatedSystem {

    private static final long STEP_NANOS = 20_000_000;
    private static final int WHOLE_WRITE = 3;
    private static final int ROUND = 5;
    private static final int ANSWERS_PER_ROUND = 20;

    private final Random random = new Random(5);
    private final SimulatedClock clock = new SimulatedClock();
    private final DatabaseFaults databaseFaults = new DatabaseFaults(random, nanos -> {});
    final SimulatedDatabase database =
            new SimulatedDatabase(clock, databaseFaults, new SimulatedLeases(clock, databaseFaults));
    final SimulatedBroker broker = new SimulatedBroker(clock, random, Mutant.NONE);
    final SimulatedInstance instance;

    SimulatedSystem() {
        this(SimulatedInstance.SMALL_MEMORY);
    }

    SimulatedSystem(PublishSettings.Memory memory) {
        instance = new SimulatedInstance(
                1,
                database,
                new SimulatedStartingPoints(clock, databaseFaults, database.leases, random),
                broker,
                clock,
                new Faults(random, false, Mutant.NONE),
                memory);
        databaseFaults.enabled = false;
        broker.clientRefuses = false;
    }

    static Aggregate aggregate(String id) {
        return new Aggregate(Shards.of(SimulatedWriters.TYPE, id), SimulatedWriters.TYPE, id);
    }

    void write(Aggregate aggregate, long version) {
        database.write(aggregate, version, new UUID(random.nextLong(), random.nextLong())).committed = true;
    }

    /** Returns the aggregate of each pending row. */
    Stream<Aggregate> pending() {
        return database.rows().filter(SimulatedDatabase.Stored::pending).map(row -> row.aggregate);
    }

    /**
     * Runs rounds for this time.
     *
     * @param afterRound runs after each round
     */
    void run(Duration duration, Runnable afterRound) {
        long end = clock.nanos() + duration.toNanos();
        while (clock.nanos() < end) {
            instance.keepLeases();
            instance.step(ROUND);
            instance.stepWrite(WHOLE_WRITE);
            afterRound.run();
            for (int n = 0; n < ANSWERS_PER_ROUND; n++) {
                broker.step(false);
            }
            clock.advanceTo(clock.nanos() + STEP_NANOS);
            broker.expire();
        }
    }
}
