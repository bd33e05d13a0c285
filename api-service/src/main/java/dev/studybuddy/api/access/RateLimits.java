package dev.studybuddy.api.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.studybuddy.api.ApiProperties;
import dev.studybuddy.api.web.Problem;
import dev.studybuddy.api.web.ProblemWriter;
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

/** Bounds what one caller may ask in a second; callers without a token are told apart by their address. */
@Component
final class RateLimits extends OncePerRequestFilter {

    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final int MOST_CALLERS = 10_000;

    private final Cache<String, RateLimiter> limiters = Caffeine.newBuilder()
            .maximumSize(MOST_CALLERS)
            .expireAfterAccess(PERIOD.multipliedBy(10))
            .build();
    private final RateLimiterConfig limits;

    RateLimits(ApiProperties properties) {
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
                                    "More than " + limits.getLimitForPeriod() + " requests in a second.")
                            .retryAfter(PERIOD));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OnlyInTheSecurityChain {
        /** The container must not run it a second time, before the caller is known. */
        @Bean
        FilterRegistrationBean<RateLimits> rateLimitsNotInTheContainer(RateLimits limits) {
            FilterRegistrationBean<RateLimits> registration = new FilterRegistrationBean<>(limits);
            registration.setEnabled(false);
            return registration;
        }
    }
}
