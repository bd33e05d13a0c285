package dev.studybuddy.publisher.simulation;

import dev.studybuddy.publisher.publish.Aggregate;
import dev.studybuddy.publisher.publish.OutboxRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** One history, repeatable from its seed: faults for a while, then none until all is quiet. */
final class History {

    private static final long MILLI = 1_000_000;
    private static final int AGGREGATES = 5;

    private final Random random;
    private final boolean pauses;
    private long now = 1_000 * MILLI;
    private int started;
    private boolean slow = true;
    private final SimulatedDatabase database;
    private final SimulatedBroker broker;
    private final List<SimulatedInstance> instances = new ArrayList<>();
    private final Map<String, Long> versions = new HashMap<>();
    private final Map<String, SimulatedDatabase.Stored> open = new HashMap<>();
    private final Map<String, Long> openUntil = new HashMap<>();

    History(long seed, int size, boolean pauses) {
        this.random = new Random(seed);
        this.pauses = pauses;
        this.database = new SimulatedDatabase(
                () -> now, random, new SimulatedLeases(() -> now, 10_000 * MILLI, this::databaseTime));
        this.broker = new SimulatedBroker(() -> now, random);
        this.broker.twoInstancesAllowed = pauses;
        for (int i = 0; i < size; i++) {
            join();
        }
    }

    /** A slow database: at most a second before and a second after, within the statement's time. */
    private void databaseTime() {
        if (slow && random.nextInt(10) == 0) {
            now += random.nextInt(1_000) * MILLI;
            broker.expire();
        }
    }

    private void join() {
        instances.add(new SimulatedInstance("p" + started++, database, broker, () -> now, random));
    }

    /** Runs it, and says what was violated. */
    List<String> run(int steps) {
        for (int i = 0; i < steps; i++) {
            act();
        }
        broker.away = false;
        slow = false;
        instances.forEach(instance -> instance.cutOffUntil = 0);
        open.values().forEach(row -> row.committed = true);
        for (int i = 0; i < 4_000 && !quiet(); i++) {
            beat();
            instances.forEach(instance -> {
                if (now >= instance.pausedUntil) {
                    instance.loop.round();
                    instance.stepWrite(9);
                }
            });
            broker.step(false);
            advance(50 * MILLI);
        }
        return verdict();
    }

    private boolean quiet() {
        return broker.requests.isEmpty() && database.rows.stream().allMatch(row -> row.processed);
    }

    private void act() {
        SimulatedInstance instance = instances.get(random.nextInt(instances.size()));
        boolean awake = now >= instance.pausedUntil;
        switch (random.nextInt(16)) {
            case 0, 1, 2 -> write();
            case 3 -> advance(random.nextInt(1_500) * MILLI);
            case 4 -> broker.step(true);
            case 5 -> broker.step(true);
            case 6 -> instance.stepWrite(random.nextInt(8));
            case 7 -> commitOne();
            case 8 -> fault(instance);
            case 9 -> database.leases.offsetNanos = random.nextInt(500) * MILLI;
            default -> {
                if (awake) {
                    step(instance);
                }
            }
        }
        beat();
    }

    private void step(SimulatedInstance instance) {
        switch (random.nextInt(8)) {
            case 0 -> instance.loop.collect();
            case 1 -> {
                instance.loop.collect();
                instance.loop.read();
            }
            case 2 -> instance.loop.check();
            case 3 -> instance.loop.send();
            case 4 -> instance.loop.mark();
            default -> instance.loop.round();
        }
    }

    private void fault(SimulatedInstance instance) {
        switch (random.nextInt(12)) {
            case 0 -> {
                broker.crashed(instance.id);
                instances.remove(instance);
                join();
            }
            case 1 -> {
                if (instances.size() < 4) {
                    join();
                }
            }
            case 2 -> broker.away = !broker.away;
            case 3 -> {
                if (pauses) {
                    instance.pausedUntil = now + random.nextInt(25_000) * MILLI;
                }
            }
            case 4 -> advance(random.nextInt(12_000) * MILLI);
            case 5, 6 -> {
                // Its renewals fail while its sends are slow: only trust and guard keep it from overlapping.
                instance.cutOffUntil = now + (8_000 + random.nextInt(12_000)) * MILLI;
                broker.away = true;
            }
            default -> broker.away = false;
        }
    }

    private void write() {
        String id = "a" + random.nextInt(AGGREGATES);
        if (open.containsKey(id)) {
            return;
        }
        long version = versions.getOrDefault(id, 0L);
        boolean snapshot = version > 0 && random.nextInt(5) == 0;
        long next = snapshot ? version : version + 1;
        versions.put(id, next);
        SimulatedDatabase.Stored row = database.write(id, next);
        if (random.nextInt(6) == 0) {
            open.put(id, row);
            openUntil.put(id, now + random.nextInt(60_000) * MILLI);
        } else {
            row.committed = true;
        }
    }

    private void commitOne() {
        open.keySet().stream().sorted().findFirst().ifPresent(this::commit);
    }

    private void commit(String id) {
        SimulatedDatabase.Stored row = open.remove(id);
        if (row != null) {
            row.committed = true;
        }
    }

    private void advance(long by) {
        long target = now + by;
        while (now < target) {
            now = Math.min(target, now + 200 * MILLI);
            broker.expire();
            List.copyOf(open.keySet()).stream()
                    .sorted()
                    .filter(id -> openUntil.getOrDefault(id, 0L) <= now)
                    .forEach(this::commit);
            beat();
        }
    }

    private void beat() {
        for (SimulatedInstance instance : instances) {
            if (now < instance.cutOffUntil) {
                continue;
            }
            if (now >= instance.nextBeat && now >= instance.pausedUntil) {
                instance.nextBeat = now + 1_000 * MILLI;
                instance.keeper.heartbeat();
            } else if (now >= instance.pausedUntil) {
                instance.keeper.handOver();
            }
        }
    }

    private List<String> verdict() {
        List<String> violations = new ArrayList<>(broker.violations);
        database.rows.stream()
                .filter(row -> !row.processed)
                .forEach(row -> violations.add("never marked: " + row.aggregate + " " + row.version));
        Map<Aggregate, List<Long>> dead = new HashMap<>();
        database.rows.stream()
                .filter(row -> row.deadLettered)
                .forEach(row -> dead.computeIfAbsent(row.aggregate, key -> new ArrayList<>())
                        .add(row.version));
        Map<Aggregate, Long> highest = new HashMap<>();
        for (OutboxRow row : broker.topic) {
            long before = highest.getOrDefault(row.aggregate(), 0L);
            for (long missing = before + 1; missing < row.version(); missing++) {
                if (!dead.getOrDefault(row.aggregate(), List.of()).contains(missing)) {
                    violations.add(row.aggregate() + " " + row.version() + " came before " + missing);
                }
            }
            highest.put(row.aggregate(), Math.max(before, row.version()));
        }
        versions.forEach((id, version) -> {
            long seen = highest.entrySet().stream()
                    .filter(entry -> entry.getKey().id().equals(id))
                    .mapToLong(Map.Entry::getValue)
                    .max()
                    .orElse(0);
            boolean allDead = dead.entrySet().stream()
                    .anyMatch(entry ->
                            entry.getKey().id().equals(id) && entry.getValue().contains(version));
            if (seen < version && !allDead) {
                violations.add("lost: " + id + " " + version);
            }
        });
        return violations;
    }
}
