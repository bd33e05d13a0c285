package dev.studybuddy.api.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** This fixture sends requests through the filter of a test, and ends the blocked ones when the test ends. */
abstract class ReadLimiterFixture {

    static final String LEADERBOARD = "/api/users/leaderboard";
    static final int LISTS = 4;
    static final Duration SHORT = Duration.ofMillis(50);
    static final Duration LONG = Duration.ofSeconds(20);
    private static final int OPERATOR_LISTS = 1;
    private static final int OPERATOR_LISTS_WITH_MONGODB = 1;
    private static final int CONNECTIONS = 9;

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    final CountDownLatch released = new CountDownLatch(1);
    final List<Future<MockHttpServletResponse>> blocked = new ArrayList<>();
    private final AtomicInteger tokens = new AtomicInteger();

    @AfterEach
    void end() {
        released.countDown();
        callers.close();
        assertThat(meters.get("api_reads_running").gauges())
                .allSatisfy(gauge -> assertThat(gauge.value()).isZero());
        assertThat(meters.get("api_reads_waiting").gauges())
                .allSatisfy(gauge -> assertThat(gauge.value()).isZero());
    }

    ReadLimiterFilter filter(int concurrent, Duration maxWait) {
        return filter(
                new ReadProperties(concurrent, LISTS, OPERATOR_LISTS, OPERATOR_LISTS_WITH_MONGODB, maxWait, maxWait));
    }

    ReadLimiterFilter filter(ReadProperties properties) {
        meters.clear();
        return new ReadLimiterFilter(new ReadLimiters(properties, CONNECTIONS, meters));
    }

    /** Sends a request of a new caller that runs until the end of the test, and returns once it runs. */
    void block(ReadLimiterFilter filter, String method, String path) {
        block(filter, newCaller(), method, path);
    }

    void block(ReadLimiterFilter filter, String caller, String method, String path) {
        CountDownLatch started = new CountDownLatch(1);
        blocked.add(callers.submit(() -> send(filter, caller, method, path, () -> {
            started.countDown();
            await(released);
        })));
        await(started);
    }

    /** Stands for the rest of the service, which answers a request. */
    @FunctionalInterface
    interface Rest {
        void answer() throws IOException;
    }

    MockHttpServletResponse send(ReadLimiterFilter filter, String method, String path)
            throws ServletException, IOException {
        return send(filter, method, path, () -> {});
    }

    MockHttpServletResponse send(ReadLimiterFilter filter, String method, String path, Rest rest)
            throws ServletException, IOException {
        return send(filter, newCaller(), method, path, rest);
    }

    static MockHttpServletResponse send(ReadLimiterFilter filter, String caller, String method, String path, Rest rest)
            throws ServletException, IOException {
        MockHttpServletRequest request = new MockHttpServletRequest(method, path);
        request.addHeader("Authorization", caller);
        MockHttpServletResponse response = new MockHttpServletResponse();
        FilterChain chain = (passed, answer) -> rest.answer();
        filter.doFilter(request, response, chain);
        return response;
    }

    String newCaller() {
        return "Bearer " + tokens.incrementAndGet();
    }

    double waiting(String kind) {
        return meters.get("api_reads_waiting").tag("kind", kind).gauge().value();
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
