package dev.studybuddy.background;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop runs rounds in one thread. If a round throws an exception, the loop logs it once for each outage and runs the
 * next round after a backoff.
 *
 * <p>If a round throws an {@link Error}, such as an OutOfMemoryError, the state of the process is no longer certain.
 * The loop logs the error, its thread ends, and {@link #hasEndedUnexpectedly} returns true. The loop does not end the
 * process. A program can pass an error handler that does so.
 *
 * <p>The thread is a daemon thread: it does not keep the JVM alive. The program's server keeps it alive, and a program
 * whose start failed must be able to exit.
 */
public final class Loop {

    private static final Logger log = LoggerFactory.getLogger(Loop.class);
    private static final Backoff DEFAULT_BACKOFF = Backoff.between(Duration.ofMillis(200), Duration.ofSeconds(2));

    private final String name;
    private final Round round;
    private final Backoff backoff;
    private final ErrorHandler errorHandler;
    private final Semaphore signal = new Semaphore(0);
    private volatile boolean stopped;
    private volatile @Nullable Thread thread;
    private int failures;

    /** A round is one pass of the loop. */
    @FunctionalInterface
    public interface Round {

        /** Runs one round. Returns the longest wait before the next round in nanoseconds, or 0 for no wait. */
        long run() throws InterruptedException;
    }

    /** An error handler runs in the thread of a loop that ends because of an error, after the error was logged. */
    @FunctionalInterface
    public interface ErrorHandler {

        /** This handler does nothing, so that only {@link Loop#hasEndedUnexpectedly} reports the end of the thread. */
        ErrorHandler NONE = (loop, error) -> {};

        /** Reacts to the error that ends the loop with this name. */
        void onError(String loop, Error error);
    }

    /**
     * Creates a loop whose rounds determine the wait.
     *
     * @param name the name of the thread, which log lines show
     */
    public Loop(String name, Round round) {
        this(name, round, DEFAULT_BACKOFF);
    }

    /** Creates a loop with a backoff of its own. */
    public Loop(String name, Round round, Backoff backoff) {
        this(name, round, backoff, ErrorHandler.NONE);
    }

    /** Creates a loop with an error handler. */
    public Loop(String name, Round round, ErrorHandler errorHandler) {
        this(name, round, DEFAULT_BACKOFF, errorHandler);
    }

    /** Creates a loop with a backoff of its own and an error handler. */
    public Loop(String name, Round round, Backoff backoff, ErrorHandler errorHandler) {
        this.name = name;
        this.round = round;
        this.backoff = backoff;
        this.errorHandler = errorHandler;
    }

    /**
     * Creates a loop that waits for the period after each round. After a round that throws, it waits at least half of
     * the period and at most the period.
     */
    public static Loop every(String name, Duration period, Runnable round) {
        Round waiting = () -> {
            round.run();
            return period.toNanos();
        };
        return new Loop(name, waiting, Backoff.between(period, period));
    }

    /** Starts the thread. A caller must not start a loop twice; the loop does not check this. */
    public synchronized void start() {
        Thread started = new Thread(this::run, name);
        // A thread otherwise inherits this property from the thread that creates it.
        started.setDaemon(true);
        thread = started;
        started.start();
    }

    /** Ends the present wait, or the next one if a round is running. Any thread may call this method. */
    public void wake() {
        if (signal.availablePermits() == 0) {
            signal.release();
        }
    }

    /** Returns the name of the loop and of its thread. */
    public String name() {
        return name;
    }

    /** Returns whether the thread ended although the loop was not stopped. The loop then runs no further round. */
    public boolean hasEndedUnexpectedly() {
        Thread started = thread;
        return started != null && !stopped && started.getState() == Thread.State.TERMINATED;
    }

    /** Returns whether the thread runs. */
    public boolean isRunning() {
        Thread running = thread;
        return running != null && running.isAlive();
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
            if (!stopped) {
                log.atError()
                        .addKeyValue("loop", name)
                        .setCause(e)
                        .log("The thread was interrupted although the loop was not stopped; it runs no further round");
            }
            Thread.currentThread().interrupt();
        } catch (Error e) {
            endAfter(e);
        }
    }

    private void endAfter(Error error) {
        try {
            log.atError()
                    .addKeyValue("loop", name)
                    .setCause(error)
                    .log("A round ended with an error; the loop's thread ends and runs no further round");
        } finally {
            // The handler runs even if there is no memory for the log line.
            errorHandler.onError(name, error);
        }
    }

    private long runOnce() throws InterruptedException {
        try {
            long wait = round.run();
            if (failures > 0) {
                log.atInfo()
                        .addKeyValue("loop", name)
                        .addKeyValue("failures", failures)
                        .log("A round of the loop succeeded after failures; the loop continues without backoff");
            }
            failures = 0;
            return wait;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            // A round may also throw a checked exception that a library does not declare.
            long wait = backoff.nanos(failures);
            if (failures++ == 0) {
                log.atWarn()
                        .addKeyValue("loop", name)
                        .setCause(e)
                        .log("A round failed; the loop retries it with backoff");
            } else {
                log.atDebug().addKeyValue("loop", name).setCause(e).log("A round failed again; the loop retries it");
            }
            return wait;
        }
    }

    /**
     * Stops the loop, and waits at most this time for the end of the current round. If the round has not ended by then,
     * this method interrupts it.
     *
     * @return true if the thread ended in time, if the loop was never started, or if the loop's own thread calls this
     *     method; false if the round was interrupted, or if the calling thread was interrupted during the wait
     */
    public boolean stop(Duration within) {
        Thread running = thread;
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
