package dev.studybuddy.bench.api;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** Runs an operation repeatedly with several callers for a fixed time, and measures each repetition. */
final class Load {

    private static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(1);
    private static final int DIGITS = 3;

    private Load() {}

    /** An operation belongs to one caller, which repeats it. */
    interface Operation extends AutoCloseable {

        /** Runs the operation once. */
        Outcome run() throws Exception;

        @Override
        default void close() throws IOException, SQLException {}
    }

    /** An operation factory creates the operation of each caller. */
    @FunctionalInterface
    interface OperationFactory {
        Operation create(int number) throws Exception;
    }

    /**
     * An outcome is the end of one repetition.
     *
     * @param status the HTTP status, or 0 for an operation without one
     * @param delay the time that the caller must wait before it repeats the operation
     */
    record Outcome(int status, Duration delay) {

        static final Outcome DONE = new Outcome(0, Duration.ZERO);
    }

    /**
     * A measurement holds the repetitions after the warm-up.
     *
     * @param micros the times of all repetitions in microseconds, of which those above one minute count as one minute;
     *     with a rate, from the time at which each repetition was due
     * @param statuses the number of repetitions by status
     * @param seconds the duration of the measurement
     */
    record Measurement(Histogram micros, Map<Integer, Long> statuses, double seconds) {

        double perSecond() {
            return micros.getTotalCount() / seconds;
        }

        double millis(double percentile) {
            return micros.getValueAtPercentile(percentile) / 1000.0;
        }
    }

    /**
     * Makes each caller repeat its operation as soon as it has ended, and returns the repetitions after the warm-up.
     */
    static Measurement closed(int callers, OperationFactory factory, Duration warmUp, Duration duration)
            throws Exception {
        return run(callers, factory, warmUp, duration, 0);
    }

    /** Makes all callers together repeat their operations at a rate, and returns the repetitions after the warm-up. */
    static Measurement atRate(
            int callers, OperationFactory factory, double perSecond, Duration warmUp, Duration duration)
            throws Exception {
        return run(callers, factory, warmUp, duration, Math.round(callers * 1e9 / perSecond));
    }

    private static Measurement run(
            int callers, OperationFactory factory, Duration warmUp, Duration duration, long spacingNanos)
            throws Exception {
        long startNanos = System.nanoTime() + warmUp.toNanos();
        long endNanos = startNanos + duration.toNanos();
        Histogram all = new Histogram(HIGHEST_MICROS, DIGITS);
        Map<Integer, Long> statuses = new TreeMap<>();
        List<Future<Recorder>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
            for (int n = 0; n < callers; n++) {
                int number = n;
                running.add(threads.submit(() -> {
                    Recorder recorder = new Recorder(startNanos);
                    try (Operation operation = factory.create(number)) {
                        long firstNanos = System.nanoTime() + spacingNanos * number / callers;
                        recorder.repeat(operation, firstNanos, endNanos, spacingNanos);
                    }
                    return recorder;
                }));
            }
            for (Future<Recorder> each : running) {
                Recorder recorder = each.get();
                all.add(recorder.micros);
                recorder.statuses.forEach((status, count) -> statuses.merge(status, count, Long::sum));
            }
        } catch (ExecutionException failed) {
            throw new IllegalStateException("an operation failed", failed.getCause());
        }
        return new Measurement(all, statuses, duration.toNanos() / 1e9);
    }

    /** Records the repetitions of one caller. */
    private static final class Recorder {
        private final long measuredFromNanos;
        private final Histogram micros = new Histogram(HIGHEST_MICROS, DIGITS);
        private final Map<Integer, Long> statuses = new TreeMap<>();

        Recorder(long measuredFromNanos) {
            this.measuredFromNanos = measuredFromNanos;
        }

        void repeat(Operation operation, long firstNanos, long endNanos, long spacingNanos) throws Exception {
            long dueNanos = firstNanos;
            while (endNanos - System.nanoTime() > 0) {
                parkUntil(spacingNanos > 0 ? dueNanos : System.nanoTime());
                long startNanos = spacingNanos > 0 ? dueNanos : System.nanoTime();
                Outcome outcome = operation.run();
                long end = System.nanoTime();
                if (startNanos - measuredFromNanos >= 0) {
                    micros.recordValue(Math.min(HIGHEST_MICROS, (end - startNanos) / 1000));
                    statuses.merge(outcome.status(), 1L, Long::sum);
                }
                dueNanos += spacingNanos;
                parkUntil(Math.min(endNanos, end + outcome.delay().toNanos()));
            }
        }

        private static void parkUntil(long nanos) {
            for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }
    }
}
