package dev.studybuddy.publisher.publish;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Waits that double, with jitter, up to a bound. Own code, not a circuit breaker library's: its time and its chance are
 * given, so that a simulation repeats itself.
 *
 * @param first the first wait
 * @param longest the bound
 * @param random source of the jitter: half to whole of the wait
 */
public record Backoff(Duration first, Duration longest, RandomGenerator random) {

    long nanos(int attempt) {
        long whole = Math.min(longest.toNanos(), first.toNanos() << Math.min(20, attempt));
        return whole / 2 + random.nextLong(whole / 2 + 1);
    }
}
