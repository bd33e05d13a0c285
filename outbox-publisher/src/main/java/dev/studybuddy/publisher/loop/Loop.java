package dev.studybuddy.publisher.loop;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop is one thread that runs rounds. If a round throws, the loop logs it once for each outage and backs off before
 * the next.
 */
public final class Loop {

    private static final Logger log = LoggerFactory.getLogger(Loop.class);
    private static final long FIRST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long MAX_RETRY_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final String name;
    private final Round round;
    private final Semaphore signal = new Semaphore(0);
    private volatile boolean stopped;
    private @Nullable Thread thread;
    private int failures;

    /** A round does the work that is due. */
    @FunctionalInterface
    public interface Round {

        /**
         * Runs the round, and returns the longest wait for a signal before the next round in nanoseconds; 0 means no
         * wait.
         */
        long run() throws InterruptedException;
    }

    public Loop(String name, Round round) {
        this.name = name;
        this.round = round;
    }

    /** Starts the thread. */
    public synchronized void start() {
        Thread started = new Thread(this::run, name);
        thread = started;
        started.start();
    }

    /** Ends the wait. Any thread may call it. */
    public void wake() {
        if (signal.availablePermits() == 0) {
            signal.release();
        }
    }

    private void run() {
        try {
            while (!stopped) {
                long wait = runOnce();
                if (wait > 0 && signal.tryAcquire(wait, TimeUnit.NANOSECONDS)) {
                    signal.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long runOnce() throws InterruptedException {
        try {
            long wait = round.run();
            if (failures > 0) {
                log.atInfo()
                        .addKeyValue("loop", name)
                        .addKeyValue("failures", failures)
                        .log("The loop recovered");
            }
            failures = 0;
            return wait;
        } catch (RuntimeException e) {
            long retry = Math.min(MAX_RETRY_NANOS, FIRST_RETRY_NANOS << Math.min(10, failures));
            if (failures++ == 0) {
                log.atWarn()
                        .addKeyValue("loop", name)
                        .setCause(e)
                        .log("The loop failed; it retries with backoff until it recovers");
            } else {
                log.atDebug()
                        .addKeyValue("loop", name)
                        .setCause(e)
                        .log("The loop failed again; it retries with backoff");
            }
            return retry;
        }
    }

    /**
     * Stops the loop after the current round. Returns whether that round ended in time; otherwise the thread is
     * interrupted.
     */
    public boolean stop(Duration within) {
        Thread running;
        synchronized (this) {
            running = thread;
        }
        stopped = true;
        wake();
        if (running == null || running == Thread.currentThread()) {
            return true;
        }
        try {
            if (!running.join(within)) {
                running.interrupt();
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return true;
    }
}
