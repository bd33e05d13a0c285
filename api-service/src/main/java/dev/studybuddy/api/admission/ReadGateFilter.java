package dev.studybuddy.api.admission;

import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * Admits the reads of the read models through the {@link ReadGate} before their tokens are verified, so that the gate limits
 * all of their work. The answer is sent after the read has given its place back, so that a slow client holds no place.
 */
public final class ReadGateFilter extends OncePerRequestFilter {

    private static final RequestMatcher READS = anyOf("/api/users/leaderboard", "/api/reports/**");
    private static final RequestMatcher WRITES =
            anyOf("/api/todos/**", "/api/sessions/**", "/api/users/**", "/api/subjects/**");

    private final ReadGate gate;

    /** Creates the filter in front of a gate. */
    public ReadGateFilter(ReadGate gate) {
        this.gate = gate;
    }

    private static RequestMatcher anyOf(String... patterns) {
        return new OrRequestMatcher(Stream.of(patterns)
                .<RequestMatcher>map(PathPatternRequestMatcher::pathPattern)
                .toList());
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        if (reads && READS.matches(request)) {
            read(request, response, chain);
        } else if (!reads && WRITES.matches(request)) {
            write(request, response, chain);
        } else {
            chain.doFilter(request, response);
        }
    }

    private void read(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<ReadGate.Place> place = gate.enter();
        if (place.isEmpty()) {
            ProblemWriter.write(request, response, Problem.tooManyReads());
            return;
        }
        ContentCachingResponseWrapper answer = new ContentCachingResponseWrapper(response);
        try {
            chain.doFilter(request, answer);
        } finally {
            place.get().leave();
        }
        answer.copyBodyToResponse();
    }

    private void write(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        boolean took = gate.takeForWrite();
        try {
            chain.doFilter(request, response);
        } finally {
            if (took) {
                gate.returnFromWrite();
            }
        }
    }
}
