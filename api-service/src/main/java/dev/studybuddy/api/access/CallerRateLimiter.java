package dev.studybuddy.api.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.studybuddy.api.http.Problem;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.springframework.http.HttpStatus;

/**
 * Limits the requests or invalid tokens of each caller or address in this instance. It keeps the counts of at most
 * 10 000 callers or addresses at a time, so that its memory is bounded.
 */
final class CallerRateLimiter {

    /** This header reports the calls that remain in the current second. */
    static final String LIMIT_HEADER = "RateLimit";

    /** This header reports the limit and its period in seconds. */
    static final String POLICY_HEADER = "RateLimit-Policy";

    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final int MAX_CALLERS = 10_000;

    private final String policy;
    private final RateLimiterConfig config;
    private final Cache<String, RateLimiter> limiters = Caffeine.newBuilder()
            .maximumSize(MAX_CALLERS)
            .expireAfterAccess(PERIOD.multipliedBy(10))
            .build();

    /**
     * Creates a limiter.
     *
     * @param policy the name of the limit in the headers
     */
    CallerRateLimiter(String policy, int requestsPerSecond) {
        this.policy = policy;
        this.config = RateLimiterConfig.custom()
                .limitForPeriod(requestsPerSecond)
                .limitRefreshPeriod(PERIOD)
                .timeoutDuration(Duration.ZERO)
                .build();
    }

    /** Counts a call and returns whether it is within the limit. */
    boolean count(String caller) {
        return limiter(caller).acquirePermission();
    }

    /** Returns whether a further call would be within the limit. */
    boolean permits(String caller) {
        return remaining(caller) > 0;
    }

    /** Adds the headers that report the limit to a response. */
    void report(String caller, HttpServletResponse response) {
        response.setHeader(POLICY_HEADER, '"' + policy + "\";q=" + requestsPerSecond() + ";w=" + PERIOD.toSeconds());
        response.setHeader(
                LIMIT_HEADER, '"' + policy + "\";r=" + Math.max(0, remaining(caller)) + ";t=" + PERIOD.toSeconds());
    }

    /** Returns the problem that answers a call over the limit. */
    Problem toProblem(String rule) {
        return Problem.of(HttpStatus.TOO_MANY_REQUESTS, "too-many-requests", "Too many requests", rule)
                .retryAfter(PERIOD);
    }

    int requestsPerSecond() {
        return config.getLimitForPeriod();
    }

    private int remaining(String caller) {
        return limiter(caller).getMetrics().getAvailablePermissions();
    }

    private RateLimiter limiter(String caller) {
        return limiters.get(caller, name -> RateLimiter.of(name, config));
    }
}
