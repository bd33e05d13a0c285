package dev.studybuddy.publisher.simulation;

import dev.studybuddy.outbox.OutboxPauses;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Runs one history that is repeatable from its seed: a time with faults, then a time without faults until the system is
 * idle.
 */
final class History {

    private static final long MILLI = 1_000_000;
    /** A history takes this many random steps before its faults end. */
    static final int STEPS = 500;

    private static final int MAX_INSTANCES = 4;
    /**
     * The system must be idle after this many steps of 50 ms, which last longer than any hold, lease, sweep and
     * backoff.
     */
    private static final int MAX_IDLE_STEPS = 4_000;

    private static final int ROUND = 5;
    /** An operator changes the pauses at one of this many steps. */
    private static final int STEPS_PER_PAUSE = 40;

    private static final List<Set<String>> PAUSES =
            List.of(Set.of(), Set.of(SimulatedWriters.TYPE), Set.of(OutboxPauses.ALL), Set.of("other"));

    private static final int WHOLE_WRITE = 3;

    private final int steps;
    private final Faults faults;
    private final Random random;
    /** Pauses have a random source of their own, so that histories without them stay as they are. */
    private final Random pauseRandom;

    private final boolean pausesTypes;
    private final SimulatedClock clock = new SimulatedClock();
    private final DatabaseFaults databaseFaults;
    private final SimulatedDatabase database;
    private final SimulatedStartingPoints startingPoints;
    private final SimulatedBroker broker;
    private final SimulatedWriters writers;
    private final List<SimulatedInstance> instances = new ArrayList<>();
    private final Set<TopicComparison.Version> deadLetters = new HashSet<>();
    private int started;
    private boolean frozenInsideSend;
    private boolean outlastedSweepWindow;

    private History(long seed, Mutant mutant, int steps) {
        this.steps = steps;
        this.random = new Random(seed);
        this.pauseRandom = new Random(~seed);
        this.pausesTypes = pauseRandom.nextInt(3) == 0;
        this.faults = new Faults(random, random.nextBoolean(), mutant);
        this.databaseFaults = new DatabaseFaults(random, this::passTime);
        this.database = new SimulatedDatabase(clock, databaseFaults, new SimulatedLeases(clock, databaseFaults));
        this.startingPoints = new SimulatedStartingPoints(clock, databaseFaults, database.leases, random);
        this.broker = new SimulatedBroker(clock, random, mutant);
        this.writers = new SimulatedWriters(database, clock, faults);
        int size = 1 + random.nextInt(3);
        for (int i = 0; i < size; i++) {
            addInstance();
        }
    }

    /** Runs the history of a seed and returns the violations. */
    static List<Violation> of(long seed, Mutant mutant) {
        return of(seed, mutant, STEPS);
    }

    /** Runs the history of a seed with fewer random steps, which equal the first ones of the whole history. */
    static List<Violation> of(long seed, Mutant mutant, int steps) {
        return new History(seed, mutant, steps).run();
    }

    private List<Violation> run() {
        for (int i = 0; i < steps; i++) {
            takeRandomStep();
        }
        broker.unavailable = false;
        broker.unchecked = false;
        broker.clientRefuses = false;
        databaseFaults.enabled = false;
        database.unlockAll();
        instances.forEach(SimulatedInstance::endFaults);
        writers.commitAll();
        boolean idle = false;
        for (int i = 0; i < MAX_IDLE_STEPS && !idle; i++) {
            keepLeases();
            instances.stream().filter(SimulatedInstance::isAwake).forEach(instance -> {
                instance.step(ROUND);
                instance.stepWrite(WHOLE_WRITE);
            });
            broker.step(false);
            advance(50 * MILLI);
            idle = isIdle();
        }
        return violations();
    }

    private boolean isIdle() {
        return broker.isIdle()
                && database.rows().noneMatch(SimulatedDatabase.Stored::pending)
                && database.leases.unownedCount() == 0;
    }

    private List<Violation> violations() {
        recordDeadLetters();
        List<Violation> violations = new ArrayList<>(broker.violations);
        database.rows()
                .filter(SimulatedDatabase.Stored::pending)
                .forEach(row -> violations.add(
                        new Violation(Violation.Kind.NO_END, "never marked: " + row.aggregate + " " + row.version)));
        if (database.leases.unownedCount() > 0) {
            violations.add(new Violation(Violation.Kind.NO_END, database.leases.unownedCount() + " shards unowned"));
        }
        violations.addAll(TopicComparison.of(broker.topic, writers.versions(), deadLetters));
        return violations;
    }

    /** Changes the pauses that one instance has read, as if its read of the table were early or late. */
    private void changePauses(SimulatedInstance instance) {
        if (pausesTypes && pauseRandom.nextInt(STEPS_PER_PAUSE) == 0) {
            instance.pauseTypes(PAUSES.get(pauseRandom.nextInt(PAUSES.size())));
        }
    }

    private void takeRandomStep() {
        SimulatedInstance instance = instances.get(random.nextInt(instances.size()));
        changePauses(instance);
        switch (random.nextInt(18)) {
            case 0, 1, 2 -> writers.write();
            case 3 -> advance(random.nextInt(800) * MILLI);
            case 4, 5 -> broker.step(true);
            case 6 -> instance.stepWrite(random.nextInt(10));
            case 7 -> writers.commitDue(random.nextBoolean());
            case 8 -> injectFault(instance);
            case 9 -> clock.offsetNanos = random.nextInt(500) * MILLI;
            case 10 -> deleteOrRetry();
            default -> {
                if (instance.isAwake()) {
                    instance.step(random.nextInt(8));
                }
            }
        }
        keepLeases();
    }

    /** Takes one random step without a fault. */
    private void takeFaultFreeStep() {
        SimulatedInstance instance = instances.get(random.nextInt(instances.size()));
        switch (random.nextInt(6)) {
            case 0 -> writers.write();
            case 1 -> broker.step(true);
            case 2 -> instance.stepWrite(random.nextInt(10));
            default -> {
                if (instance.isAwake()) {
                    instance.step(random.nextInt(8));
                }
            }
        }
        keepLeases();
    }

    private void injectFault(SimulatedInstance instance) {
        switch (random.nextInt(19)) {
            case 0 -> crash(instance);
            case 1 -> {
                if (instances.size() < MAX_INSTANCES) {
                    addInstance();
                }
            }
            case 2 -> {
                if (!instance.isLeaving() && instance.isAwake()) {
                    instance.leave(random.nextInt(3_000) * MILLI);
                }
            }
            case 3 -> broker.unavailable = !broker.unavailable;
            case 4 -> broker.restart();
            case 5 -> {
                if (faults.freezes()) {
                    freeze(instance, random.nextInt(25_000) * MILLI);
                }
            }
            case 6 -> {
                if (faults.freezes() && !frozenInsideSend && instance.isAwake()) {
                    instance.beforeSend = () -> freezeInsideSend(instance, random.nextInt(25_000) * MILLI);
                }
            }
            case 7 -> advance(random.nextInt(random.nextInt(12_000) + 1) * MILLI);
            case 8, 9, 10 -> isolate(instance);
            case 11 -> instance.cutOffFromKafkaFor((5_000 + random.nextInt(60_000)) * MILLI);
            case 12 -> database.lockPending(random, clock.nanos() + random.nextInt(10_000) * MILLI);
            case 13 -> outlastSweepWindow(instance);
            case 14 -> broker.unchecked = !broker.unchecked;
            default -> {
                broker.unavailable = false;
                broker.unchecked = false;
            }
        }
    }

    /**
     * Makes the broker unavailable for longer than a late commit may take, and then crashes an instance, so that the
     * next owner of its shards finds pending rows that lie before every starting point.
     */
    private void outlastSweepWindow(SimulatedInstance instance) {
        if (outlastedSweepWindow || !instance.isAwake()) {
            return;
        }
        outlastedSweepWindow = true;
        broker.unavailable = true;
        for (int n = 0; n < 16; n++) {
            takeFaultFreeStep();
            advance(5_000 * MILLI);
        }
        crash(instance);
        broker.unavailable = false;
    }

    private void addInstance() {
        instances.add(new SimulatedInstance(started++, database, startingPoints, broker, clock, faults));
    }

    /**
     * Crashes an instance between any two steps of its threads. Each statement of its heartbeat counts as a step,
     * because the statements can fail at any place.
     */
    private void crash(SimulatedInstance instance) {
        if (!instance.isAwake()) {
            return;
        }
        broker.removeRequests(instance);
        instances.remove(instance);
        addInstance();
    }

    private void freeze(SimulatedInstance instance, long nanos) {
        if (instance.isAwake()) {
            instance.freezeFor(nanos);
            broker.freeze(instance, clock.nanos() + nanos);
        }
    }

    /** Freezes the instance between its check and its send, while all other parts continue. */
    private void freezeInsideSend(SimulatedInstance instance, long nanos) {
        instance.beforeSend = () -> {};
        frozenInsideSend = true;
        freeze(instance, nanos);
        while (!instance.isAwake()) {
            takeRandomStep();
            advance(100 * MILLI);
        }
        frozenInsideSend = false;
    }

    /**
     * Isolates an instance. The answer to its last renewal may be late, and none of its later heartbeats arrives. Its
     * sends get no answers for several seconds, from a time near the end of its trust. Only trust and guard separate it
     * from the instances that take its shards during its isolation.
     */
    private void isolate(SimulatedInstance instance) {
        if (!instance.isAwake() || !instance.ownsShards() || instances.stream().anyMatch(SimulatedInstance::isCutOff)) {
            return;
        }
        if (instances.size() == 1) {
            addInstance();
        }
        boolean lateAnswer = random.nextBoolean();
        databaseFaults.nextAnswerDelayNanos = lateAnswer ? (2_000 + random.nextInt(1_900)) * MILLI : 0;
        instance.heartbeat();
        long nowNanos = clock.nanos();
        instance.cutOffFor((9_000 + random.nextInt(4_000)) * MILLI);
        instance.slowFromNanos =
                nowNanos + (lateAnswer ? 2_200 + random.nextInt(1_300) : 2_000 + random.nextInt(4_500)) * MILLI;
        instance.slowUntilNanos = instance.slowFromNanos + (5_000 + random.nextInt(8_000)) * MILLI;
        broker.unavailable = false;
        while (instance.isCutOff()) {
            takeFaultFreeStep();
            advance(20 * MILLI);
        }
    }

    /** Deletes a processed row as retention does, or retries a dead letter as an operator does. */
    private void deleteOrRetry() {
        recordDeadLetters();
        List<SimulatedDatabase.Stored> rows =
                database.rows().filter(row -> row.processed && row.committed).toList();
        if (rows.isEmpty()) {
            return;
        }
        SimulatedDatabase.Stored row = rows.get(random.nextInt(rows.size()));
        if (row.deadLettered) {
            database.retry(row);
        } else {
            database.delete(row);
        }
    }

    private void recordDeadLetters() {
        database.rows()
                .filter(row -> row.deadLettered)
                .forEach(row -> deadLetters.add(new TopicComparison.Version(row.aggregate.id(), row.version)));
    }

    /** Passes the time that a statement takes. Only expiries and due commits happen during that time. */
    private void passTime(long nanos) {
        clock.advanceTo(clock.nanos() + nanos);
        broker.expire();
        writers.commitDue(false);
    }

    private void advance(long nanos) {
        long target = clock.nanos() + nanos;
        while (clock.nanos() < target) {
            passTime(Math.min(200 * MILLI, target - clock.nanos()));
            keepLeases();
        }
    }

    private void keepLeases() {
        for (SimulatedInstance instance : List.copyOf(instances)) {
            instance.keepLeases();
            if (instance.isAwake() && instance.completeStop()) {
                broker.removeRequests(instance);
                instances.remove(instance);
                if (instances.isEmpty()) {
                    addInstance();
                }
            }
        }
    }
}
