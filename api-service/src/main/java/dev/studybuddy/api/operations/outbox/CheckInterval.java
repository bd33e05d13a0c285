package dev.studybuddy.api.operations.outbox;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** The check interval separates two checks of a request that waits. */
final class CheckInterval {

    private static final Duration LENGTH = Duration.ofMillis(100);

    private CheckInterval() {}

    /**
     * Waits for one check interval. Returns false without a wait if the end has passed or the thread is interrupted.
     */
    static boolean waitBefore(long endNanos, MonotonicClock clock) {
        if (endNanos - clock.nanos() <= 0 || Thread.currentThread().isInterrupted()) {
            return false;
        }
        LockSupport.parkNanos(LENGTH.toNanos());
        return true;
    }
}
