package dev.studybuddy.api.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.ProblemWriter;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Limits the requests of each caller per second. A caller without a token is identified by its address. */
@Component
final class RateLimits extends OncePerRequestFilter {

    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final int MAX_CALLERS = 10_000;

    private final Cache<String, RateLimiter> limiters = Caffeine.newBuilder()
            .maximumSize(MAX_CALLERS)
            .expireAfterAccess(PERIOD.multipliedBy(10))
            .build();
    private final RateLimiterConfig limits;

    RateLimits(RateLimitProperties properties) {
        this.limits = RateLimiterConfig.custom()
                .limitForPeriod(properties.requestsPerSecond())
                .limitRefreshPeriod(PERIOD)
                .timeoutDuration(Duration.ZERO)
                .build();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String caller = CallerAuthentication.current().map(Caller::userId).orElseGet(request::getRemoteAddr);
        RateLimiter limiter = limiters.get(caller, name -> RateLimiter.of(name, limits));
        if (limiter.acquirePermission()) {
            chain.doFilter(request, response);
        } else {
            ProblemWriter.write(
                    request,
                    response,
                    Problem.of(
                                    HttpStatus.TOO_MANY_REQUESTS,
                                    "too-many-requests",
                                    "Too many requests",
                                    "A caller may send at most " + limits.getLimitForPeriod()
                                            + " requests per second. Retry this request later.")
                            .retryAfter(PERIOD));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class FilterRegistration {
        /** Prevents the container from running the filter a second time, before the caller is authenticated. */
        @Bean
        FilterRegistrationBean<RateLimits> rateLimitsRegistration(RateLimits limits) {
            FilterRegistrationBean<RateLimits> registration = new FilterRegistrationBean<>(limits);
            registration.setEnabled(false);
            return registration;
        }
    }
}
