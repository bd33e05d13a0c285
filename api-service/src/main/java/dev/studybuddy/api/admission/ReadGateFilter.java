package dev.studybuddy.api.admission;

import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * Admits the reads of read models and the lists through the {@link ReadGates} before their tokens are verified, so that a
 * gate limits all of their work. The answer is sent after the read has given its place back, so that a slow client holds
 * no place.
 */
public final class ReadGateFilter extends OncePerRequestFilter {

    private static final RequestMatcher WRITES = new OrRequestMatcher(
            PathPatternRequestMatcher.pathPattern("/api/todos/**"),
            PathPatternRequestMatcher.pathPattern("/api/sessions/**"),
            PathPatternRequestMatcher.pathPattern("/api/users/**"),
            PathPatternRequestMatcher.pathPattern("/api/subjects/**"));

    private final ReadGates gates;

    /** Creates the filter in front of the gates. */
    public ReadGateFilter(ReadGates gates) {
        this.gates = gates;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        Optional<ReadGate> gate = reads ? gates.find(request) : Optional.empty();
        if (gate.isPresent()) {
            read(gate.get(), request, response, chain);
        } else if (!reads && WRITES.matches(request)) {
            write(request, response, chain);
        } else {
            chain.doFilter(request, response);
        }
    }

    private static void read(ReadGate gate, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
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
        List<ReadGate> taken = gates.takeForWrite();
        try {
            chain.doFilter(request, response);
        } finally {
            taken.forEach(ReadGate::returnFromWrite);
        }
    }
}
