package dev.studybuddy.projector.consume;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Does the lanes' work beside the poll loop: one piece of a lane at a time, several lanes side by side, in turns. A lane that has
 * more after a batch goes to the end of the line, so that none waits for another's backlog. The line holds each lane once at most.
 */
final class LaneWorkers implements AutoCloseable {

    private final MongoGate gate;
    private final Pace pace;
    private final ExecutorService threads;
    private final AtomicReference<@Nullable Throwable> bug = new AtomicReference<>();
    private final Semaphore progress = new Semaphore(0);
    private volatile boolean held;

    LaneWorkers(int threads, MongoGate gate, Pace pace) {
        this.gate = gate;
        this.pace = pace;
        this.threads = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name("lane-", 1).factory());
    }

    /** Whether batches have to wait. */
    void hold(boolean wait) {
        held = wait;
    }

    /**
     * Takes a batch of a lane in, and the next, as long as there is one; nothing where
     * the lane is worked on, has none, or its position is unknown.
     */
    void batches(Lane lane) {
        if (!held && lane.beginBatch()) {
            submit(lane, () -> pace.observe(lane.take()));
        }
    }

    /** Reads a lane's journal and does its plan again. */
    void recover(Lane lane) {
        if (lane.begin()) {
            submit(lane, lane.journal()::recover);
        }
    }

    /** Writes down that all of a lane is applied. */
    void settle(Lane lane) {
        if (lane.begin()) {
            submit(lane, lane.journal()::recordDone);
        }
    }

    /** Waits until a piece of work has ended since the last look, but not longer. */
    void awaitProgress(Duration most) {
        try {
            if (progress.tryAcquire(most.toNanos(), TimeUnit.NANOSECONDS)) {
                progress.drainPermits();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new InterruptException(stopping);
        }
    }

    /**
     * Throws what no piece of work should have thrown.
     *
     * @throws IllegalStateException with it as its cause
     */
    void check() {
        Throwable thrown = bug.getAndSet(null);
        if (thrown != null) {
            throw new IllegalStateException(thrown);
        }
    }

    /** Does a piece of work of a lane that is stopped, on this thread. */
    void last(Lane lane, Runnable work) {
        guarded(lane, work);
    }

    /** Every lane has been stopped. */
    @Override
    public void close() {
        threads.shutdownNow();
    }

    private void submit(Lane lane, Runnable work) {
        threads.execute(() -> {
            try {
                guarded(lane, work);
            } catch (RuntimeException | Error thrown) {
                bug.set(thrown);
            } finally {
                lane.end();
                progress.release();
            }
            if (!threads.isShutdown()) {
                batches(lane);
            }
        });
    }

    private void guarded(Lane lane, Runnable work) {
        if (!gate.tryEnter()) {
            lane.journal().close();
            lane.retry().failed();
            return;
        }
        try {
            gate.run(() -> {
                work.run();
                return true;
            });
            lane.retry().atOnce();
        } catch (RuntimeException failed) {
            lane.journal().close();
            Failures.after(failed, lane.partition(), lane.retry());
        }
    }
}
