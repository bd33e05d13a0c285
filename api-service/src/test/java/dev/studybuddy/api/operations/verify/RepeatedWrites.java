package dev.studybuddy.api.operations.verify;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Repeats a write in the background, about twenty times a second. */
final class RepeatedWrites implements AutoCloseable {

    private static final int INTERVAL_MS = 40;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger rounds = new AtomicInteger();
    private final ScheduledFuture<?> repetition;

    RepeatedWrites(Runnable write) {
        repetition = thread.scheduleWithFixedDelay(
                () -> {
                    write.run();
                    rounds.incrementAndGet();
                },
                0,
                INTERVAL_MS,
                TimeUnit.MILLISECONDS);
    }

    int rounds() {
        return rounds.get();
    }

    @Override
    public void close() {
        boolean failed = repetition.isDone();
        thread.close();
        if (failed) {
            throw new IllegalStateException("a write failed");
        }
    }
}
