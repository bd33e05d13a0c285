package dev.studybuddy.projector.consume;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;

/**
 * Holds the time of the next attempt. After a race the attempt is due at once; after a failure it is due after a wait
 * with jitter. Each failure in a row doubles the bound of the wait, up to 5 s.
 */
final class RetryTimer {

    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration MAX_WAIT = Duration.ofSeconds(5);

    private final MonotonicClock clock;
    private final Backoff backoff = Backoff.between(FIRST_WAIT, MAX_WAIT);
    private int failures;
    private long dueNanos;

    RetryTimer(MonotonicClock clock) {
        this.clock = clock;
        this.dueNanos = clock.nanos();
    }

    boolean isDue() {
        return clock.nanos() - dueNanos >= 0;
    }

    void recordSuccess() {
        failures = 0;
    }

    void makeDue() {
        dueNanos = clock.nanos();
    }

    /** Counts a failure, schedules the next attempt, and returns the wait until then. */
    Duration recordFailure() {
        long waitNanos = backoff.nanos(failures);
        failures++;
        dueNanos = clock.nanos() + waitNanos;
        return Duration.ofNanos(waitNanos);
    }
}
