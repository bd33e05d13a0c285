package dev.studybuddy.projector.consume;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Holds the time of the next attempt. After a race the attempt follows at once, after a failure it follows a wait with
 * jitter. Each failure in a row doubles the bound of the wait, up to 5 s.
 */
final class RetryTimer {

    private static final long FIRST_WAIT_MILLIS = 100;
    private static final long MAX_WAIT_MILLIS = 5_000;

    private int failures;
    private long dueNanos = System.nanoTime();

    boolean isDue() {
        return System.nanoTime() - dueNanos >= 0;
    }

    void recordSuccess() {
        failures = 0;
    }

    void makeDue() {
        dueNanos = System.nanoTime();
    }

    /** Counts a failure, schedules the next attempt, and returns the wait until then. */
    Duration recordFailure() {
        long maxMillis = Math.min(MAX_WAIT_MILLIS, FIRST_WAIT_MILLIS << Math.min(failures, 10));
        failures++;
        Duration wait =
                Duration.ofMillis(maxMillis / 2 + ThreadLocalRandom.current().nextLong(maxMillis / 2 + 1));
        dueNanos = System.nanoTime() + wait.toNanos();
        return wait;
    }
}
