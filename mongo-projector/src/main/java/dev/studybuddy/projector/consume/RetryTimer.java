package dev.studybuddy.projector.consume;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;

/**
 * Holds the time of the next attempt. After a failure, the attempt is due after a wait with jitter. Each failure in a
 * row doubles the bound of the wait, up to 5 s. After the first race with another instance, the attempt is due at once.
 * After each further race before a success, it is due after a wait of the same kind. Failures and races have separate
 * counts.
 */
final class RetryTimer {

    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration MAX_WAIT = Duration.ofSeconds(5);

    private final MonotonicClock clock;
    private final Backoff backoff = Backoff.between(FIRST_WAIT, MAX_WAIT);
    private int failures;
    private int races;
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
        races = 0;
    }

    /** Resets the count of failures, and not the count of races: the same race may follow a recovery that succeeds. */
    void recordRecovery() {
        failures = 0;
    }

    /**
     * Counts a race with another instance, or with an earlier decision of this one that no majority has yet, and
     * schedules the next attempt.
     */
    void recordRace() {
        dueNanos = clock.nanos() + (races == 0 ? 0 : backoff.nanos(races - 1));
        races++;
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
