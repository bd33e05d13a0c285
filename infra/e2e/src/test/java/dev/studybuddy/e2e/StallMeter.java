package dev.studybuddy.e2e;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Tells for how long this machine stood still, as shared ones do for moments: a thread that wants to run often looks late. */
final class Standstill implements AutoCloseable {

    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    /** Later than that is no longer the scheduler's everyday. */
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Semaphore closed = new Semaphore(0);
    private final AtomicLong stoodNanos = new AtomicLong();

    Standstill() {
        Thread.ofPlatform().name("standstill").start(this::look);
    }

    private void look() {
        try {
            long before = System.nanoTime();
            while (!closed.tryAcquire(EVERY_NANOS, TimeUnit.NANOSECONDS)) {
                long now = System.nanoTime();
                long late = now - before - EVERY_NANOS;
                stoodNanos.addAndGet(late > LATE_NANOS ? late : 0);
                before = now;
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** In all, since it began. */
    Duration soFar() {
        return Duration.ofNanos(stoodNanos.get());
    }

    @Override
    public void close() {
        closed.release();
    }
}
