package dev.studybuddy.api.admission;

import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpHeaders;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * Applies the {@link ReadLimiters} to the reads of read models and to lists. The filter runs before the security
 * filters verify tokens, so that a limiter covers all work of a read. The service sends the answer after the read has
 * released its permit, so that a slow client holds no permit.
 */
public final class ReadLimiterFilter extends OncePerRequestFilter {

    private static final RequestMatcher WRITES = new OrRequestMatcher(
            PathPatternRequestMatcher.pathPattern("/api/todos/**"),
            PathPatternRequestMatcher.pathPattern("/api/sessions/**"),
            PathPatternRequestMatcher.pathPattern("/api/users/**"),
            PathPatternRequestMatcher.pathPattern("/api/subjects/**"));

    private final ReadLimiters limiters;

    /** Creates the filter that applies these limiters. */
    public ReadLimiterFilter(ReadLimiters limiters) {
        this.limiters = limiters;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        Optional<ReadLimiter> limiter = reads ? limiters.find(request) : Optional.empty();
        if (limiter.isPresent()) {
            read(limiter.get(), request, response, chain);
        } else if (!reads && WRITES.matches(request)) {
            write(request, response, chain);
        } else {
            chain.doFilter(request, response);
        }
    }

    private static void read(
            ReadLimiter limiter, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<ReadLimiter.Permit> permit = limiter.acquire(caller(request));
        if (permit.isEmpty()) {
            ProblemWriter.write(request, response, Problem.tooManyReads());
            return;
        }
        ContentCachingResponseWrapper answer = new ContentCachingResponseWrapper(response);
        try {
            chain.doFilter(request, answer);
        } finally {
            permit.get().release();
        }
        answer.copyBodyToResponse();
    }

    /**
     * Returns an id of the caller, whose token is not verified yet: a hash of the signed part of the token. A request
     * without a token has an id of its own. In mode {@code jwt}, the service rejects it soon. In mode {@code open}, all
     * these requests act as the demo user, so that a common id would limit all people together.
     */
    private static UUID caller(HttpServletRequest request) {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        return authorization == null
                ? UUID.randomUUID()
                : UUID.nameUUIDFromBytes(signedPart(authorization).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns the part of a token that its signature covers, so that each spelling of a valid token results in the same
     * id: the scheme is case-insensitive, and a signature has several valid encodings.
     */
    private static String signedPart(String authorization) {
        String token = authorization.substring(authorization.lastIndexOf(' ') + 1);
        int signature = token.lastIndexOf('.');
        return signature < 0 ? token : token.substring(0, signature);
    }

    private void write(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        List<ReadLimiter> taken = limiters.takeForWrite();
        try {
            chain.doFilter(request, response);
        } finally {
            taken.forEach(ReadLimiter::releaseFromWrite);
        }
    }
}
