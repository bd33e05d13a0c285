package dev.studybuddy.publisher.publish;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Computes waits that double with each attempt, with jitter, up to a bound. No circuit breaker library is used, because
 * the clock and the random source must be parameters: a simulation can then repeat a run exactly.
 *
 * @param first the first full wait
 * @param longest the longest full wait
 * @param random the source of the jitter, which makes a wait half to all of the full wait
 */
public record Backoff(Duration first, Duration longest, RandomGenerator random) {

    long delayNanos(int attempt) {
        long fullDelay = Math.min(longest.toNanos(), first.toNanos() << Math.min(20, attempt));
        return fullDelay / 2 + random.nextLong(fullDelay / 2 + 1);
    }
}
