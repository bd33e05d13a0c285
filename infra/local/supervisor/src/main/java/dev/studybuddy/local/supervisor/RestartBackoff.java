package dev.studybuddy.local.supervisor;

import java.time.Duration;

/**
 * Calculates the wait before a restart. The wait doubles with each restart, up to a limit. A long run resets it to the
 * first value.
 */
final class RestartBackoff {

    static final Duration FIRST = Duration.ofMillis(500);
    static final Duration LONGEST = Duration.ofSeconds(30);
    /** A program that ran at least this long counts as healthy. */
    static final Duration HEALTHY_RUN = Duration.ofMinutes(1);

    private Duration next = FIRST;

    /** Returns the wait after a run of this length. */
    Duration waitAfter(Duration run) {
        if (run.compareTo(HEALTHY_RUN) >= 0) {
            next = FIRST;
        }
        Duration wait = next;
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
        return wait;
    }
}
