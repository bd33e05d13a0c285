package dev.studybuddy.api.access;

import dev.studybuddy.api.http.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Limits the requests of each caller per second. In mode {@code jwt}, a caller without a token is identified by its
 * address. In mode {@code open}, all callers without a token are the demo user and share its limit. The health of the
 * service is exempt, because a load balancer's health check shares its address with other requests. The files of the
 * console and the OpenAPI description are not exempt, although they need no token.
 */
final class RateLimitFilter extends OncePerRequestFilter {

    private static final String HEALTH = "/health";

    private final CallerRateLimiter limit;

    RateLimitFilter(RateLimitProperties properties) {
        this.limit = new CallerRateLimiter("caller", properties.requestsPerSecond());
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getRequestURI().equals(HEALTH);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String caller = CallerAuthentication.current().map(Caller::userId).orElseGet(request::getRemoteAddr);
        boolean accepted = limit.count(caller);
        limit.report(caller, response);
        if (accepted) {
            chain.doFilter(request, response);
        } else {
            ProblemWriter.write(
                    request,
                    response,
                    limit.toProblem("A caller may send at most " + limit.requestsPerSecond()
                            + " requests per second. Retry this request later."));
        }
    }
}
