package dev.studybuddy.background;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * A backoff computes waits that double up to a bound. The source of randomness is a parameter, so that a simulation can
 * repeat its waits.
 *
 * @param first the first wait
 * @param longest the bound of every wait
 * @param random the source of the jitter
 */
public record Backoff(Duration first, Duration longest, RandomGenerator random) {

    private static final int MAX_DOUBLINGS = 20;

    /** Creates a backoff whose jitter differs between processes. Several threads may use it. */
    public static Backoff between(Duration first, Duration longest) {
        return new Backoff(first, longest, () -> ThreadLocalRandom.current().nextLong());
    }

    /**
     * Returns the bound of the wait after a number of failures, which is the wait without jitter.
     *
     * @param failures the number of failures before the last one; 0 for the first wait
     */
    public Duration bound(int failures) {
        return Duration.ofNanos(boundNanos(failures));
    }

    /**
     * Returns the wait after a number of failures, in nanoseconds. It lies between half of {@link #bound} and
     * {@link #bound}.
     *
     * @param failures the number of failures before the last one; 0 for the first wait
     */
    public long nanos(int failures) {
        long whole = boundNanos(failures);
        return whole / 2 + random.nextLong(whole / 2 + 1);
    }

    private long boundNanos(int failures) {
        long doubled = first.toNanos();
        for (int n = 0; n < Math.min(MAX_DOUBLINGS, failures) && doubled < longest.toNanos(); n++) {
            doubled *= 2;
        }
        return Math.min(longest.toNanos(), doubled);
    }
}
