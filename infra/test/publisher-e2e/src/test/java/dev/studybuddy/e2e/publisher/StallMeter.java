package dev.studybuddy.e2e.publisher;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures for how long this machine stalled, which happens to shared machines for short times. A thread waits for
 * short intervals, and adds up those delays of its waits that are longer than 50 ms.
 */
final class StallMeter implements AutoCloseable {

    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    /** A longer delay counts as a stall, because the scheduler alone does not explain it. */
    private static final long STALL_MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Semaphore closed = new Semaphore(0);
    private final AtomicLong stalledNanos = new AtomicLong();

    StallMeter() {
        Thread.ofPlatform().name("stall-meter").start(this::measure);
    }

    private void measure() {
        try {
            long before = System.nanoTime();
            while (!closed.tryAcquire(INTERVAL_NANOS, TimeUnit.NANOSECONDS)) {
                long now = System.nanoTime();
                long late = now - before - INTERVAL_NANOS;
                stalledNanos.addAndGet(late > STALL_MIN_NANOS ? late : 0);
                before = now;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the sum of all stalls since the start. */
    Duration total() {
        return Duration.ofNanos(stalledNanos.get());
    }

    @Override
    public void close() {
        closed.release();
    }
}
