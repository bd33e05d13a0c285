package dev.studybuddy.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class RequestSizeFilterTest {

    private final AtomicLong nanos = new AtomicLong();

    @Test
    void aBodyThatArrivesTooSlowlyIsRejected() throws Exception {
        MockHttpServletResponse fast = send(Duration.ofMillis(10), 64 * 1024);
        MockHttpServletResponse slow = send(Duration.ofSeconds(4), 64 * 1024);

        assertThat(fast.getStatus()).isEqualTo(200);
        assertThat(slow.getStatus()).isEqualTo(408);
        assertThat(slow.getHeader("Connection")).isEqualTo("close");
        assertThat(slow.getContentAsString()).contains("request-timeout");
    }

    @Test
    void aBodyThatEndsTooEarlyIsRejected() throws Exception {
        MockHttpServletResponse response = send(Duration.ofMillis(1), -1);

        assertThat(response.getStatus()).isEqualTo(400);
        assertThat(response.getContentAsString()).contains("malformed-body");
    }

    /** Sends a body whose reads take this time each; with a negative length, the first read fails. */
    private MockHttpServletResponse send(Duration timeOfRead, int length) throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest("POST", "/api/todos") {
            @Override
            public ServletInputStream getInputStream() {
                return new SlowStream(timeOfRead, length);
            }
        };
        MockHttpServletResponse response = new MockHttpServletResponse();
        new RequestSizeFilter(nanos::get).doFilter(request, response, new MockFilterChain());
        return response;
    }

    private final class SlowStream extends ServletInputStream {
        private final Duration timeOfRead;
        private int remaining;

        SlowStream(Duration timeOfRead, int length) {
            this.timeOfRead = timeOfRead;
            this.remaining = length;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            nanos.addAndGet(timeOfRead.toNanos());
            if (remaining < 0) {
                throw new IOException("the connection was closed");
            }
            int read = Math.min(remaining, Math.min(length, 1024));
            remaining -= read;
            return read == 0 ? -1 : read;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isFinished() {
            return remaining <= 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new UnsupportedOperationException();
        }
    }
}
