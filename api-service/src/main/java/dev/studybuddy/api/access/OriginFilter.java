package dev.studybuddy.api.access;

import dev.studybuddy.api.http.Page;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsProcessor;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.cors.DefaultCorsProcessor;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Rejects requests of web pages whose origin is not allowed, and permits the others to read the answers. It adds the
 * CORS headers before any later filter answers, so that a page can read each rejection, and answers preflight requests.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 12)
final class OriginFilter extends OncePerRequestFilter {

    private static final Duration MAX_AGE = Duration.ofMinutes(10);
    private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PATCH", "DELETE");
    /**
     * A request that is not a preflight request receives CORS headers with every method, so that its page can also read
     * the rejection of a method.
     */
    private static final List<String> ANY_METHOD = List.of(CorsConfiguration.ALL);

    private static final List<String> REQUEST_HEADERS = List.of(
            HttpHeaders.AUTHORIZATION,
            HttpHeaders.CONTENT_TYPE,
            HttpHeaders.IF_MATCH,
            HttpHeaders.IF_NONE_MATCH,
            "Idempotency-Key",
            "Last-Event-ID",
            "Prefer",
            "X-Consistency-Token",
            "X-Consistency-Wait-Ms");
    private static final List<String> RESPONSE_HEADERS = List.of(
            HttpHeaders.CONTENT_DISPOSITION,
            HttpHeaders.ETAG,
            HttpHeaders.LOCATION,
            HttpHeaders.RETRY_AFTER,
            HttpHeaders.WWW_AUTHENTICATE,
            CallerRateLimiter.LIMIT_HEADER,
            CallerRateLimiter.POLICY_HEADER,
            Page.NEXT_CURSOR_HEADER,
            ProblemWriter.TRACE_HEADER,
            "X-Consistency-Token",
            "X-Read-Consistent",
            "X-Read-Lag-Ms",
            "X-Read-Source");

    private final CorsProcessor cors = new CorsHeaders();
    private final AllowedOrigins origins;

    OriginFilter(AllowedOrigins origins) {
        this.origins = origins;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        List<String> sent = Collections.list(request.getHeaders(HttpHeaders.ORIGIN));
        if (sent.size() > 1 || !sent.stream().allMatch(origin -> origins.permits(origin, request))) {
            ProblemWriter.write(
                    request,
                    response,
                    Problem.of(
                            HttpStatus.FORBIDDEN,
                            "foreign-origin",
                            "Forbidden",
                            "Pages of the origin in the Origin header may not call this service. The property"
                                    + " studybuddy.access.origins lists the origins that may."));
            return;
        }
        boolean preflight = CorsUtils.isPreFlightRequest(request);
        boolean permitted = sent.isEmpty()
                || cors.processRequest(rules(sent.getFirst(), preflight ? METHODS : ANY_METHOD), request, response);
        if (!permitted) {
            ProblemWriter.write(
                    request,
                    response,
                    Problem.of(
                            HttpStatus.FORBIDDEN,
                            "forbidden",
                            "Forbidden",
                            "Pages of other origins may send only the methods " + String.join(", ", METHODS)
                                    + " and only the headers " + String.join(", ", REQUEST_HEADERS) + "."));
        } else if (!preflight) {
            chain.doFilter(request, response);
        }
    }

    /**
     * Returns the rules for an origin that this filter has accepted.
     *
     * @param methods the methods that a page may send
     */
    private static CorsConfiguration rules(String origin, List<String> methods) {
        CorsConfiguration rules = new CorsConfiguration();
        rules.setAllowedOrigins(List.of(origin));
        rules.setAllowedMethods(methods);
        rules.setAllowedHeaders(REQUEST_HEADERS);
        rules.setExposedHeaders(RESPONSE_HEADERS);
        rules.setMaxAge(MAX_AGE);
        return rules;
    }

    /** Adds the headers, and leaves the answer to a rejected request to the filter, which writes a problem detail. */
    private static final class CorsHeaders extends DefaultCorsProcessor {
        @Override
        protected void rejectRequest(ServerHttpResponse response) {
            // OriginFilter writes the answer to a rejected request.
        }
    }
}
