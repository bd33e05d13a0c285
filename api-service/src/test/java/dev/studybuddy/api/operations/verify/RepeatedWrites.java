package dev.studybuddy.api.operations.verify;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Repeats a write in the background. */
final class RepeatedWrites implements AutoCloseable {

    /** After this time, the next write begins early enough to fall between two samples of a verify. */
    private static final Duration SHORT_INTERVAL = Duration.ofMillis(40);

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger rounds = new AtomicInteger();
    private final ScheduledFuture<?> repetition;

    RepeatedWrites(Runnable write) {
        this(SHORT_INTERVAL, write);
    }

    RepeatedWrites(Duration interval, Runnable write) {
        repetition = thread.scheduleWithFixedDelay(
                () -> {
                    write.run();
                    rounds.incrementAndGet();
                },
                0,
                interval.toMillis(),
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
