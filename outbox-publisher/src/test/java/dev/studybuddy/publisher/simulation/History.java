package dev.studybuddy.publisher.simulation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** One history, repeatable from its seed: faults for a while, then none until all is quiet. */
final class History {

    private static final long MILLI = 1_000_000;
    private static final int STEPS = 500;
    private static final int MOST_INSTANCES = 4;
    /** Steps of 50 ms until all must be quiet: beyond any hold, lease, sweep and backoff. */
    private static final int QUIET_STEPS = 4_000;

    private static final int ROUND = 5;
    private static final int WRITTEN = 3;

    private final Faults faults;
    private final Random random;
    private final SimulatedClock clock = new SimulatedClock();
    private final Disturbance disturbance;
    private final SimulatedDatabase database;
    private final SimulatedBroker broker;
    private final Writers writers;
    private final List<SimulatedInstance> instances = new ArrayList<>();
    private final Set<Verdict.Version> dead = new HashSet<>();
    private int started;
    private boolean insideASend;

    private History(long seed, Mutation mutation) {
        this.random = new Random(seed);
        this.faults = new Faults(random, random.nextBoolean(), mutation);
        this.disturbance = new Disturbance(random, this::pass);
        this.database = new SimulatedDatabase(clock, disturbance, new SimulatedLeases(clock, disturbance));
        this.broker = new SimulatedBroker(clock, random);
        this.writers = new Writers(database, clock, faults);
        int size = 1 + random.nextInt(3);
        for (int i = 0; i < size; i++) {
            join();
        }
    }

    /** Runs the history of a seed, and says what was violated. */
    static List<Violation> of(long seed, Mutation mutation) {
        return new History(seed, mutation).run();
    }

    private List<Violation> run() {
        for (int i = 0; i < STEPS; i++) {
            act();
        }
        broker.away = false;
        disturbance.on = false;
        instances.forEach(SimulatedInstance::heal);
        writers.commitAll();
        boolean quiet = false;
        for (int i = 0; i < QUIET_STEPS && !quiet; i++) {
            keepLeases();
            instances.stream().filter(SimulatedInstance::awake).forEach(instance -> {
                instance.step(ROUND);
                instance.stepWrite(WRITTEN);
            });
            broker.step(false);
            advance(50 * MILLI);
            quiet = quiet();
        }
        return verdict();
    }

    private boolean quiet() {
        return broker.quiet()
                && database.rows().noneMatch(SimulatedDatabase.Stored::pending)
                && database.leases.unowned() == 0;
    }

    private List<Violation> verdict() {
        noteDead();
        List<Violation> violations = new ArrayList<>(broker.violations);
        database.rows()
                .filter(SimulatedDatabase.Stored::pending)
                .forEach(row -> violations.add(
                        new Violation(Violation.Kind.NO_END, "never marked: " + row.aggregate + " " + row.version)));
        if (database.leases.unowned() > 0) {
            violations.add(new Violation(Violation.Kind.NO_END, database.leases.unowned() + " shards unowned"));
        }
        violations.addAll(Verdict.of(broker.topic, writers.versions(), dead));
        return violations;
    }

    private void act() {
        SimulatedInstance instance = instances.get(random.nextInt(instances.size()));
        switch (random.nextInt(18)) {
            case 0, 1, 2 -> writers.write();
            case 3 -> advance(random.nextInt(800) * MILLI);
            case 4, 5 -> broker.step(true);
            case 6 -> instance.stepWrite(random.nextInt(10));
            case 7 -> writers.commit(random.nextBoolean());
            case 8 -> fault(instance);
            case 9 -> clock.offsetNanos = random.nextInt(500) * MILLI;
            case 10 -> housekeeping();
            default -> {
                if (instance.awake()) {
                    instance.step(random.nextInt(8));
                }
            }
        }
        keepLeases();
    }

    /** What happens when nothing goes wrong. */
    private void work() {
        SimulatedInstance instance = instances.get(random.nextInt(instances.size()));
        switch (random.nextInt(6)) {
            case 0 -> writers.write();
            case 1 -> broker.step(true);
            case 2 -> instance.stepWrite(random.nextInt(10));
            default -> {
                if (instance.awake()) {
                    instance.step(random.nextInt(8));
                }
            }
        }
        keepLeases();
    }

    private void fault(SimulatedInstance instance) {
        switch (random.nextInt(16)) {
            case 0 -> crash(instance);
            case 1 -> {
                if (instances.size() < MOST_INSTANCES) {
                    join();
                }
            }
            case 2 -> {
                if (!instance.leaving() && instance.awake()) {
                    instance.leave(random.nextInt(3_000) * MILLI);
                }
            }
            case 3 -> broker.away = !broker.away;
            case 4 -> broker.restart();
            case 5 -> {
                if (faults.pauses()) {
                    pause(instance, random.nextInt(25_000) * MILLI);
                }
            }
            case 6 -> {
                if (faults.pauses() && !insideASend && instance.awake()) {
                    instance.beforeTheSend = () -> pauseInsideASend(instance, random.nextInt(25_000) * MILLI);
                }
            }
            case 7 -> advance(random.nextInt(random.nextInt(12_000) + 1) * MILLI);
            case 8, 9, 10 -> isolate(instance);
            default -> broker.away = false;
        }
    }

    private void join() {
        instances.add(new SimulatedInstance(started++, database, broker, clock, faults));
    }

    /** Between any two steps of its threads, statements of its heartbeat included: those fail at any place, too. */
    private void crash(SimulatedInstance instance) {
        if (!instance.awake()) {
            return;
        }
        broker.crashed(instance);
        instances.remove(instance);
        join();
    }

    private void pause(SimulatedInstance instance, long nanos) {
        if (instance.awake()) {
            instance.pauseFor(nanos);
            broker.paused(instance, clock.getAsLong() + nanos);
        }
    }

    /** The instance stands still between its check and its send, while everything else goes on. */
    private void pauseInsideASend(SimulatedInstance instance, long nanos) {
        instance.beforeTheSend = () -> {};
        insideASend = true;
        pause(instance, nanos);
        while (!instance.awake()) {
            act();
            advance(100 * MILLI);
        }
        insideASend = false;
    }

    /**
     * The answer to an instance's last renewal may be late, none of its heartbeats arrives after it, and its sends begin to
     * hang when its trust is about to end: only trust and guard keep it apart from who takes its shards, at work meanwhile.
     */
    private void isolate(SimulatedInstance instance) {
        if (!instance.awake() || !instance.owns() || instances.stream().anyMatch(SimulatedInstance::cutOff)) {
            return;
        }
        if (instances.size() == 1) {
            join();
        }
        boolean late = random.nextBoolean();
        disturbance.answersAfterNanos = late ? (2_000 + random.nextInt(1_900)) * MILLI : 0;
        instance.heartbeat();
        long now = clock.getAsLong();
        instance.cutOffFor((9_000 + random.nextInt(4_000)) * MILLI);
        instance.slowFrom = now + (late ? 2_200 + random.nextInt(1_300) : 2_000 + random.nextInt(4_500)) * MILLI;
        instance.slowUntil = instance.slowFrom + (5_000 + random.nextInt(8_000)) * MILLI;
        broker.away = false;
        while (instance.cutOff()) {
            work();
            advance(20 * MILLI);
        }
    }

    /** Retention takes what was processed; an operator retries a dead letter. */
    private void housekeeping() {
        noteDead();
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

    private void noteDead() {
        database.rows()
                .filter(row -> row.deadLettered)
                .forEach(row -> dead.add(new Verdict.Version(row.aggregate.id(), row.version)));
    }

    /** Time that a statement takes: nothing else happens but what time brings. */
    private void pass(long nanos) {
        clock.advanceTo(clock.getAsLong() + nanos);
        broker.expire();
        writers.commit(false);
    }

    private void advance(long by) {
        long target = clock.getAsLong() + by;
        while (clock.getAsLong() < target) {
            pass(Math.min(200 * MILLI, target - clock.getAsLong()));
            keepLeases();
        }
    }

    private void keepLeases() {
        for (SimulatedInstance instance : List.copyOf(instances)) {
            instance.keepLeases();
            if (instance.awake() && instance.left()) {
                broker.crashed(instance);
                instances.remove(instance);
                if (instances.isEmpty()) {
                    join();
                }
            }
        }
    }
}
