package dev.studybuddy.bench.projector;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition by polling it, because no program sends a signal when it holds. */
final class PollingWait {

    private PollingWait() {}

    /**
     * Waits until the condition holds.
     *
     * @param condition condition as a clause, for the exception's message
     * @param interval interval between two checks
     * @throws IllegalStateException if the condition does not hold within the limit
     */
    static void until(String condition, Duration interval, Duration limit, BooleanSupplier holds) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "this condition did not hold within " + limit.toSeconds() + " s: " + condition);
            }
            LockSupport.parkNanos(interval.toNanos());
        }
    }
}
