package dev.studybuddy.publisher.simulation;

import java.time.Instant;
import java.util.function.LongSupplier;

/** The history's time: monotonic for the instances, and by the database's node that answers just now. */
final class SimulatedClock implements LongSupplier {

    private static final Instant EPOCH = Instant.parse("2026-11-23T00:00:00Z");

    private long now = 1_000_000_000L;
    /** How far the node that answers is ahead; at most the offset that two nodes may have. */
    long offsetNanos;

    @Override
    public long getAsLong() {
        return now;
    }

    void advanceTo(long nanos) {
        now = Math.max(now, nanos);
    }

    long databaseNanos() {
        return now + offsetNanos;
    }

    /** In microseconds, as the database has it. */
    Instant databaseNow() {
        return EPOCH.plusNanos(databaseNanos() / 1000 * 1000);
    }
}
