package dev.studybuddy.api.http;

import dev.studybuddy.api.http.Problem.FieldFault;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Optional;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Rejects a query string and header values that the container or the security filters could not read. Without this
 * filter, the first code that reads them would fail. The filter runs after {@link RequestSizeFilter} has read the body,
 * so that the container takes parameters from the query string only.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 25)
final class RequestSyntaxFilter extends OncePerRequestFilter {

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<FieldFault> fault = QuerySyntax.findFault(request.getQueryString())
                .or(() -> findUnreadableQuery(request))
                .or(() -> findHeaderFault(request));
        if (fault.isPresent()) {
            FieldFault found = fault.get();
            ProblemWriter.write(request, response, Problem.invalid(found.field(), found.message()));
            return;
        }
        chain.doFilter(request, response);
    }

    private static Optional<FieldFault> findUnreadableQuery(HttpServletRequest request) {
        try {
            request.getParameterMap();
            return Optional.empty();
        } catch (IllegalStateException unreadable) {
            return Optional.of(new FieldFault(QuerySyntax.QUERY, "must be a list of at most 1000 parameters"));
        }
    }

    private static Optional<FieldFault> findHeaderFault(HttpServletRequest request) {
        for (String name : Collections.list(request.getHeaderNames())) {
            // The service reads no cookies, and other programs on the same host may have set any cookie.
            if (!name.equalsIgnoreCase(HttpHeaders.COOKIE)) {
                for (String value : Collections.list(request.getHeaders(name))) {
                    if (value.chars().anyMatch(RequestSyntaxFilter::isForbidden)) {
                        return Optional.of(new FieldFault(name, "must not contain control characters"));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isForbidden(int character) {
        return character != '\t' && Character.isISOControl(character);
    }
}
