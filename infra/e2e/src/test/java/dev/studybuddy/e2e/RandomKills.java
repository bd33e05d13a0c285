package dev.studybuddy.e2e;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Kills one of several programs after another as {@code kill -9} does, at random, and starts each again at once; for a
 * while.
 */
final class RandomKills implements AutoCloseable {

    private static final int SHORTEST_MILLIS = 500;
    private static final int LONGEST_MILLIS = 6_000;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final CountDownLatch ended = new CountDownLatch(1);
    private final ExecutorService pool = Executors.newSingleThreadExecutor();
    private final Future<Integer> killing;

    RandomKills(List<Service> victims, Duration time, long seed) {
        Random random = new Random(seed);
        long end = System.nanoTime() + time.toNanos();
        this.killing = pool.submit(() -> {
            int kills = 0;
            while (System.nanoTime() < end
                    && !ended.await(random.nextInt(SHORTEST_MILLIS, LONGEST_MILLIS), TimeUnit.MILLISECONDS)) {
                Service victim = victims.get(random.nextInt(victims.size()));
                victim.kill();
                victim.start();
                kills++;
            }
            return kills;
        });
    }

    /** Whether the time is not over yet. */
    boolean goOn() {
        return !killing.isDone();
    }

    /** Waits until the time is over, with all programs started; returns how many were killed. */
    int awaitEnd() throws Exception {
        return killing.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        ended.countDown();
        pool.shutdown();
    }
}
