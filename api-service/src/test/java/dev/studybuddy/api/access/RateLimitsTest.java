package dev.studybuddy.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class RateLimitsTest {

    @Test
    void aCallerOverTheLimitGetsARetryTimeAndOthersAreUnaffected() throws Exception {
        RateLimits limits = new RateLimits(new RateLimitProperties(2));

        assertThat(send(limits, "10.0.0.1").getStatus()).isEqualTo(200);
        assertThat(send(limits, "10.0.0.1").getStatus()).isEqualTo(200);
        MockHttpServletResponse third = send(limits, "10.0.0.1");

        assertThat(third.getStatus()).isEqualTo(429);
        assertThat(third.getHeader("Retry-After")).isEqualTo("1");
        assertThat(third.getContentType()).isEqualTo("application/problem+json");
        assertThat(send(limits, "10.0.0.2").getStatus()).isEqualTo(200);
    }

    private static MockHttpServletResponse send(RateLimits limits, String address) throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/api/todos");
        request.setRemoteAddr(address);
        MockHttpServletResponse response = new MockHttpServletResponse();
        limits.doFilter(request, response, new MockFilterChain());
        return response;
    }
}
