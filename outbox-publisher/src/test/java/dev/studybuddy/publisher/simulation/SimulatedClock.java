package dev.studybuddy.publisher.simulation;

import dev.studybuddy.background.MonotonicClock;
import java.time.Instant;

/**
 * Holds the time of a history: the monotonic clock of the instances, and the clock of the database node that answers.
 */
final class SimulatedClock implements MonotonicClock {

    private static final Instant EPOCH = Instant.parse("2026-11-23T00:00:00Z");

    private long now = 1_000_000_000L;
    /** The node that answers is ahead by this time, at most the clock offset that two nodes may have. */
    long offsetNanos;

    @Override
    public long nanos() {
        return now;
    }

    void advanceTo(long nanos) {
        now = Math.max(now, nanos);
    }

    long databaseNanos() {
        return now + offsetNanos;
    }

    /** Returns the database's time, in microseconds as the database has it. */
    Instant databaseNow() {
        return EPOCH.plusNanos(databaseNanos() / 1000 * 1000);
    }
}
