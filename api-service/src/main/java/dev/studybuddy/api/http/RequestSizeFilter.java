package dev.studybuddy.api.http;

import dev.studybuddy.background.MonotonicClock;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Rejects headers over 16 KiB, bodies over 64 KiB, including chunked bodies, and bodies that take more than 10 s. It
 * keeps the body in memory, so that the JSON reader and the hash for the idempotency key can both read it.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 20)
final class RequestSizeFilter extends OncePerRequestFilter {

    static final int MAX_BODY_BYTES = 64 * 1024;
    static final int MAX_HEADER_BYTES = 16 * 1024;

    private static final Duration MAX_READ_TIME = Duration.ofSeconds(10);

    private final MonotonicClock clock;

    RequestSizeFilter(MonotonicClock clock) {
        this.clock = clock;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (headerBytes(request) > MAX_HEADER_BYTES) {
            ProblemWriter.write(request, response, StatusProblems.of(HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE));
            return;
        }
        if (request.getContentLengthLong() > MAX_BODY_BYTES) {
            ProblemWriter.write(request, response, StatusProblems.of(HttpStatus.CONTENT_TOO_LARGE));
            return;
        }
        byte[] body;
        try {
            body = readBody(request.getInputStream());
        } catch (SocketTimeoutException slow) {
            rejectUnread(request, response, StatusProblems.of(HttpStatus.REQUEST_TIMEOUT));
            return;
        } catch (IOException unreadable) {
            rejectUnread(
                    request,
                    response,
                    Problem.of(
                            HttpStatus.BAD_REQUEST,
                            "malformed-body",
                            "Malformed body",
                            "The body ends too early, or its chunks are malformed."));
            return;
        }
        if (body.length > MAX_BODY_BYTES) {
            ProblemWriter.write(request, response, StatusProblems.of(HttpStatus.CONTENT_TOO_LARGE));
            return;
        }
        chain.doFilter(new BufferedRequest(request, body), response);
    }

    /**
     * Rejects a request whose body was not read to its end. The server then closes the connection, because the rest of
     * the body would precede the next request.
     */
    private static void rejectUnread(HttpServletRequest request, HttpServletResponse response, Problem problem)
            throws IOException {
        response.setHeader(HttpHeaders.CONNECTION, "close");
        ProblemWriter.write(request, response, problem);
    }

    /**
     * Reads the body up to one byte more than the limit.
     *
     * @throws SocketTimeoutException if the client sends it too slowly, so that a few slow clients cannot use all
     *     connections
     */
    private byte[] readBody(InputStream stream) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] part = new byte[8192];
        long startNanos = clock.nanos();
        int length = 0;
        while (length >= 0 && body.size() <= MAX_BODY_BYTES) {
            body.write(part, 0, length);
            if (clock.nanos() - startNanos > MAX_READ_TIME.toNanos()) {
                throw new SocketTimeoutException("the body did not arrive within " + MAX_READ_TIME);
            }
            length = stream.read(part, 0, Math.min(part.length, MAX_BODY_BYTES + 1 - body.size()));
        }
        return body.toByteArray();
    }

    private static int headerBytes(HttpServletRequest request) {
        int bytes = 0;
        for (String name : Collections.list(request.getHeaderNames())) {
            for (String value : Collections.list(request.getHeaders(name))) {
                bytes += name.length() + value.length() + 4;
            }
        }
        return bytes;
    }

    private static final class BufferedRequest extends HttpServletRequestWrapper {
        private final byte[] body;

        BufferedRequest(HttpServletRequest request, byte[] body) {
            super(request);
            this.body = body;
            request.setAttribute(RawBody.ATTRIBUTE, body);
        }

        @Override
        public ServletInputStream getInputStream() {
            return new BufferedStream(new ByteArrayInputStream(body));
        }

        @Override
        public BufferedReader getReader() {
            return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
        }
    }

    private static final class BufferedStream extends ServletInputStream {
        private final ByteArrayInputStream bytes;

        BufferedStream(ByteArrayInputStream bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() {
            return bytes.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            return bytes.read(target, offset, length);
        }

        @Override
        public boolean isFinished() {
            return bytes.available() == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new UnsupportedOperationException("the body is in memory, so it is always ready to read");
        }
    }
}
