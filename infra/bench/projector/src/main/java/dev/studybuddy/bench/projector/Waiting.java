package dev.studybuddy.bench.projector;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Looks again and again at what nobody tells of. */
final class Waiting {

    private Waiting() {}

    /**
     * Waits until it holds.
     *
     * @throws IllegalStateException where it doesn't within the limit
     */
    static void until(String what, Duration every, Duration limit, BooleanSupplier holds) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(what + " did not come true within " + limit.toSeconds() + " s");
            }
            LockSupport.parkNanos(every.toNanos());
        }
    }
}
