package dev.studybuddy.publisher.simulation;

import dev.studybuddy.publisher.publish.Aggregate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Those who write the outbox: dense versions, one transaction of an aggregate at a time, some of them long. */
final class Writers {

    private static final String TYPE = "todo";
    private static final int AGGREGATES = 10;
    private static final long MILLI = 1_000_000;
    private static final int LONGEST_MILLIS = 60_000;
    private static final int HELD_MILLIS = 30_000;

    private final SimulatedDatabase database;
    private final SimulatedClock clock;
    private final Faults faults;
    private final Map<String, Long> versions = new TreeMap<>();
    private final Map<String, Open> open = new TreeMap<>();

    private record Open(SimulatedDatabase.Stored row, long until) {}

    Writers(SimulatedDatabase database, SimulatedClock clock, Faults faults) {
        this.database = database;
        this.clock = clock;
        this.faults = faults;
    }

    /** The highest version of each aggregate. */
    Map<String, Long> versions() {
        return versions;
    }

    void write() {
        String id = "a" + faults.random().nextInt(AGGREGATES);
        if (open.containsKey(id)) {
            return;
        }
        long version = versions.getOrDefault(id, 0L);
        boolean snapshot = version > 0 && faults.random().nextInt(5) == 0;
        long next = snapshot ? version : version + 1;
        versions.put(id, next);
        int shard = faults.mutation().shard(TYPE, id, faults.random());
        SimulatedDatabase.Stored row = database.write(
                new Aggregate(shard, TYPE, id),
                next,
                new UUID(faults.random().nextLong(), faults.random().nextLong()));
        switch (faults.random().nextInt(24)) {
            case 0 -> hold(row, faults.random().nextInt(LONGEST_MILLIS));
            case 1 -> hold(row, HELD_MILLIS);
            default -> row.committed = true;
        }
    }

    private void hold(SimulatedDatabase.Stored row, long millis) {
        open.put(row.aggregate.id(), new Open(row, clock.getAsLong() + millis * MILLI));
    }

    /** Commits what is due by now, and one more where asked. */
    void commit(boolean one) {
        boolean early = one;
        for (Open transaction : List.copyOf(open.values())) {
            if (early || transaction.until() <= clock.getAsLong()) {
                transaction.row().committed = true;
                open.remove(transaction.row().aggregate.id());
                early = false;
            }
        }
    }

    void commitAll() {
        open.values().forEach(transaction -> transaction.row().committed = true);
        open.clear();
    }
}
