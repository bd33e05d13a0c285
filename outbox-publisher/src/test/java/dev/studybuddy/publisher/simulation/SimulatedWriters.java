package dev.studybuddy.publisher.simulation;

import dev.studybuddy.publisher.ordering.Aggregate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Simulates the writers of the outbox. Each transaction writes the next version of an aggregate, or a snapshot of its
 * present one. An aggregate has at most one open transaction, and some transactions stay open for up to a minute.
 */
final class SimulatedWriters {

    static final String TYPE = "todo";
    private static final int AGGREGATES = 10;
    private static final long MILLI = 1_000_000;
    private static final int LONGEST_MILLIS = 60_000;
    private static final int LONG_OPEN_MILLIS = 30_000;

    private final SimulatedDatabase database;
    private final SimulatedClock clock;
    private final Faults faults;
    private final Map<String, Long> versions = new TreeMap<>();
    private final Map<String, OpenTransaction> open = new TreeMap<>();

    private record OpenTransaction(SimulatedDatabase.Stored row, long untilNanos) {}

    SimulatedWriters(SimulatedDatabase database, SimulatedClock clock, Faults faults) {
        this.database = database;
        this.clock = clock;
        this.faults = faults;
    }

    /** Returns the highest version of each aggregate. */
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
        int shard = faults.mutant().shard(TYPE, id, faults.random());
        SimulatedDatabase.Stored row = database.write(
                new Aggregate(shard, TYPE, id),
                next,
                new UUID(faults.random().nextLong(), faults.random().nextLong()));
        switch (faults.random().nextInt(24)) {
            case 0 -> keepOpen(row, faults.random().nextInt(LONGEST_MILLIS));
            case 1 -> keepOpen(row, LONG_OPEN_MILLIS);
            default -> row.committed = true;
        }
    }

    private void keepOpen(SimulatedDatabase.Stored row, long millis) {
        open.put(row.aggregate.id(), new OpenTransaction(row, clock.nanos() + millis * MILLI));
    }

    /** Commits the transactions that are due, and one more if requested. */
    void commitDue(boolean oneMore) {
        boolean early = oneMore;
        for (OpenTransaction transaction : List.copyOf(open.values())) {
            if (early || transaction.untilNanos() <= clock.nanos()) {
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
