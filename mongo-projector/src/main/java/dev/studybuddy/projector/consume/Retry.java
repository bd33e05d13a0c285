package dev.studybuddy.projector.consume;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** When to try again: at once after a race, later and later (at most 5 s, with jitter) after failures. */
final class Retry {

    private static final long FIRST_MILLIS = 100;
    private static final long MOST_MILLIS = 5_000;

    private int failures;
    private long dueNanos = System.nanoTime();

    boolean due() {
        return System.nanoTime() - dueNanos >= 0;
    }

    void succeeded() {
        failures = 0;
    }

    void atOnce() {
        dueNanos = System.nanoTime();
    }

    /** Returns how long to wait. */
    Duration failed() {
        long most = Math.min(MOST_MILLIS, FIRST_MILLIS << Math.min(failures, 10));
        failures++;
        Duration wait = Duration.ofMillis(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
        dueNanos = System.nanoTime() + wait.toNanos();
        return wait;
    }
}
