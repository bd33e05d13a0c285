package dev.studybuddy.local.supervisor;

import java.time.Duration;

/** How long to wait before a program that died is started again: doubling, bounded, from the start when it had run well. */
final class Backoff {

    static final Duration FIRST = Duration.ofMillis(500);
    static final Duration MOST = Duration.ofSeconds(30);
    /** A program that ran so long is taken to have been well. */
    static final Duration WELL = Duration.ofMinutes(1);

    private Duration next = FIRST;

    /** The wait after a run of this length. */
    Duration after(Duration ran) {
        if (ran.compareTo(WELL) >= 0) {
            next = FIRST;
        }
        Duration wait = next;
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(MOST) > 0 ? MOST : doubled;
        return wait;
    }
}
