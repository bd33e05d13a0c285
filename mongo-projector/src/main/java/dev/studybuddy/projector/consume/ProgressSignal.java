package dev.studybuddy.projector.consume;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Signals that work has ended. Any number of signals before a wait count as one, so that they never exceed the highest
 * number of permits. Several threads may use an instance.
 */
final class ProgressSignal {

    private final Semaphore signal = new Semaphore(0);

    /** Signals that a piece of work has ended. */
    void send() {
        if (signal.availablePermits() == 0) {
            signal.release();
        }
    }

    /** Waits for a signal since the previous call, at most for the timeout. Returns whether there was one. */
    boolean await(Duration timeout) throws InterruptedException {
        boolean received = signal.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS);
        signal.drainPermits();
        return received;
    }
}
