package dev.studybuddy.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.Filter;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class RateLimitFilterTest {

    private final RateLimitProperties properties = new RateLimitProperties(2, 2);

    @Test
    void aCallerOverTheLimitGetsARetryTimeAndOthersAreUnaffected() throws Exception {
        RateLimitFilter limits = new RateLimitFilter(properties);

        assertThat(send(limits, "10.0.0.1", "/api/todos").getStatus()).isEqualTo(200);
        assertThat(send(limits, "10.0.0.1", "/api/todos").getHeader("RateLimit"))
                .isEqualTo("\"caller\";r=0;t=1");
        MockHttpServletResponse third = send(limits, "10.0.0.1", "/api/todos");

        assertThat(third.getStatus()).isEqualTo(429);
        assertThat(third.getHeader("Retry-After")).isEqualTo("1");
        assertThat(third.getHeader("RateLimit-Policy")).isEqualTo("\"caller\";q=2;w=1");
        assertThat(third.getContentType()).isEqualTo("application/problem+json");
        assertThat(send(limits, "10.0.0.2", "/api/todos").getStatus()).isEqualTo(200);
        assertThat(send(limits, "10.0.0.1", "/health").getStatus()).isEqualTo(200);
    }

    @Test
    void anAddressThatSendsInvalidTokensIsLimitedAndOthersAreNot() throws Exception {
        InvalidTokenFilter failures = new InvalidTokenFilter(properties);
        for (int sent = 0; sent < 2; sent++) {
            assertThat(send(failures, "10.0.0.1", "/api/todos").getStatus()).isEqualTo(200);
            failures.count(request("10.0.0.1", "/api/todos"));
        }

        assertThat(send(failures, "10.0.0.1", "/api/todos").getStatus()).isEqualTo(429);
        assertThat(send(failures, "10.0.0.2", "/api/todos").getStatus()).isEqualTo(200);
    }

    private static MockHttpServletResponse send(Filter limits, String address, String path) throws Exception {
        MockHttpServletResponse response = new MockHttpServletResponse();
        limits.doFilter(request(address, path), response, new MockFilterChain());
        return response;
    }

    private static MockHttpServletRequest request(String address, String path) {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", path);
        request.setRemoteAddr(address);
        request.addHeader("Authorization", "Bearer x");
        return request;
    }
}
