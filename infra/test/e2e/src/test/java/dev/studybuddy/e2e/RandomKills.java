package dev.studybuddy.e2e;

import dev.studybuddy.programs.Service;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Kills a random one of several programs at random intervals, as {@code kill -9} does, and starts it again at once. The
 * kills end after a given time.
 */
final class RandomKills implements AutoCloseable {

    private static final int INTERVAL_MIN_MILLIS = 500;
    private static final int INTERVAL_MAX_MILLIS = 6_000;
    private static final Duration END_LIMIT = Duration.ofMinutes(3);

    private final CountDownLatch stopSignal = new CountDownLatch(1);
    private final ExecutorService pool = Executors.newSingleThreadExecutor();
    private final Future<Integer> killCount;

    RandomKills(List<Service> victims, Duration duration, long seed) {
        Random random = new Random(seed);
        long end = System.nanoTime() + duration.toNanos();
        this.killCount = pool.submit(() -> {
            int kills = 0;
            while (System.nanoTime() < end
                    && !stopSignal.await(
                            random.nextInt(INTERVAL_MIN_MILLIS, INTERVAL_MAX_MILLIS), TimeUnit.MILLISECONDS)) {
                Service victim = victims.get(random.nextInt(victims.size()));
                victim.kill();
                victim.start();
                kills++;
            }
            return kills;
        });
    }

    /** Returns whether more programs may be killed. */
    boolean isRunning() {
        return !killCount.isDone();
    }

    /** Waits until the time is over and all programs are started again, and returns the number of kills. */
    int awaitEnd() throws Exception {
        return killCount.get(END_LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        stopSignal.countDown();
        pool.shutdown();
    }
}
