package dev.studybuddy.api.access;

import dev.studybuddy.api.http.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Limits the invalid tokens of each address per second. While an address exceeds the limit, only its tokens that were
 * valid a short time ago are verified again. Its other tokens are rejected without a verification, so that they load
 * neither this service nor the issuer.
 */
final class InvalidTokenFilter extends OncePerRequestFilter {

    private final CallerRateLimiter limit;
    private final ValidTokens validTokens = new ValidTokens();

    InvalidTokenFilter(RateLimitProperties properties) {
        this.limit = new CallerRateLimiter("invalid-tokens", properties.invalidTokensPerSecond());
    }

    /** Counts an invalid token. */
    void count(HttpServletRequest request) {
        String credentials = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (credentials != null) {
            validTokens.remove(credentials);
        }
        // The result is not needed here: the service answers this request with 401 in any case, and this filter checks
        // the limit before the next token of the address is verified.
        limit.count(request.getRemoteAddr());
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String address = request.getRemoteAddr();
        String credentials = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (credentials == null) {
            chain.doFilter(request, response);
            return;
        }
        if (limit.permits(address) || validTokens.contains(credentials)) {
            chain.doFilter(request, response);
            if (CallerAuthentication.current().isPresent()) {
                validTokens.add(credentials);
            }
            return;
        }
        limit.report(address, response);
        ProblemWriter.write(
                request,
                response,
                limit.toProblem("An address may send at most " + limit.requestsPerSecond()
                        + " invalid tokens per second. Obtain a valid token, and retry this request later."));
    }
}
