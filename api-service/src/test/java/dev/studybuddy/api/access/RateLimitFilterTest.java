package dev.studybuddy.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.Filter;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.core.context.SecurityContextHolder;

class RateLimitFilterTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

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
            failures.count(request("10.0.0.1", "/api/todos", "x"));
        }

        awaitInOneSecond(() -> {
            exceedLimit(failures);
            return send(failures, "10.0.0.1", "/api/todos").getStatus() == 429;
        });
        assertThat(send(failures, "10.0.0.2", "/api/todos").getStatus()).isEqualTo(200);
    }

    @Test
    void aTokenThatWasValidIsAcceptedFromALimitedAddress() throws Exception {
        InvalidTokenFilter failures = new InvalidTokenFilter(properties);
        assertThat(sendValid(failures, "valid").getStatus()).isEqualTo(200);

        awaitInOneSecond(() -> {
            exceedLimit(failures);
            assertThat(sendValid(failures, "valid").getStatus()).isEqualTo(200);
            return sendValid(failures, UUID.randomUUID().toString()).getStatus() == 429;
        });
    }

    @Test
    void aTokenThatIsNoLongerValidIsLimitedAgain() {
        InvalidTokenFilter failures = new InvalidTokenFilter(properties);

        awaitInOneSecond(() -> {
            String token = UUID.randomUUID().toString();
            boolean wasValid = sendValid(failures, token).getStatus() == 200;
            exceedLimit(failures);
            failures.count(request("10.0.0.1", "/api/todos", token));
            return wasValid && sendValid(failures, token).getStatus() == 429;
        });
    }

    @Test
    void anInvalidTokenIsNotRememberedAsValid() {
        InvalidTokenFilter failures = new InvalidTokenFilter(properties);

        awaitInOneSecond(() -> {
            boolean wasAccepted = send(failures, "10.0.0.1", "/api/todos").getStatus() == 200;
            exceedLimit(failures);
            return wasAccepted && send(failures, "10.0.0.1", "/api/todos").getStatus() == 429;
        });
    }

    /** Repeats these requests until they fall into one second of the limit, which may end between two of them. */
    private static void awaitInOneSecond(Callable<Boolean> requests) {
        Awaitility.await().atMost(TIMEOUT).until(requests);
    }

    private void exceedLimit(InvalidTokenFilter failures) {
        for (int sent = 0; sent < properties.invalidTokensPerSecond(); sent++) {
            failures.count(request("10.0.0.1", "/api/todos", "invalid"));
        }
    }

    /** Sends a token that the next filter finds valid. */
    private static MockHttpServletResponse sendValid(Filter limits, String token) throws Exception {
        MockHttpServletResponse response = new MockHttpServletResponse();
        CallerAuthentication caller = new CallerAuthentication(new Caller(UUID.randomUUID(), Set.of(Role.USER)));
        try {
            limits.doFilter(
                    request("10.0.0.1", "/api/todos", token),
                    response,
                    (request, answer) -> SecurityContextHolder.getContext().setAuthentication(caller));
        } finally {
            SecurityContextHolder.clearContext();
        }
        return response;
    }

    private static MockHttpServletResponse send(Filter limits, String address, String path) throws Exception {
        MockHttpServletResponse response = new MockHttpServletResponse();
        limits.doFilter(request(address, path, "x"), response, new MockFilterChain());
        return response;
    }

    private static MockHttpServletRequest request(String address, String path, String token) {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", path);
        request.setRemoteAddr(address);
        request.addHeader("Authorization", "Bearer " + token);
        return request;
    }
}
