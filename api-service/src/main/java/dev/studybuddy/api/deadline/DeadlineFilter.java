package dev.studybuddy.api.deadline;

import dev.studybuddy.background.MonotonicClock;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Starts the deadline of each request before any filter that waits for a server. The filter {@code RequestSizeFilter}
 * runs earlier and reads the body, for which it has a time limit of its own.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 22)
final class DeadlineFilter extends OncePerRequestFilter {

    private final DeadlineProperties properties;
    private final MonotonicClock clock;

    DeadlineFilter(DeadlineProperties properties, MonotonicClock clock) {
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Deadline.begin(properties.requestDeadline(), clock);
        try {
            chain.doFilter(request, response);
        } finally {
            Deadline.end();
        }
    }
}
