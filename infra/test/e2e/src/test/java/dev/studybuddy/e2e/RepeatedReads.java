package dev.studybuddy.e2e;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Runs rounds of reads in a thread of its own, from its creation until its end. */
final class RepeatedReads implements AutoCloseable {

    private static final Duration FINISH_LIMIT = Duration.ofSeconds(60);

    private final CountDownLatch stopSignal = new CountDownLatch(1);
    private final ExecutorService pool = Executors.newSingleThreadExecutor();
    private final Future<?> reader;

    /**
     * Starts the rounds.
     *
     * @param interval the pause before each round
     */
    RepeatedReads(Duration interval, Round round) {
        this.reader = pool.submit(() -> {
            while (!stopSignal.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                round.run();
            }
            return null;
        });
    }

    /** Returns whether an error has ended the rounds, or {@link #finish} stopped them. */
    boolean hasEnded() {
        return reader.isDone();
    }

    /** Stops the rounds, and throws the error that ended them if there is one. */
    void finish() throws Exception {
        stopSignal.countDown();
        reader.get(FINISH_LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        stopSignal.countDown();
        pool.shutdown();
    }

    /** A round reads once from each path. */
    @FunctionalInterface
    interface Round {
        void run() throws InterruptedException;
    }
}
