package dev.studybuddy.api.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class ReadLimiterTest {

    private static final String LEADERBOARD = "/api/users/leaderboard";
    private static final String REPORT = "/api/reports/analytics";
    private static final int LISTS = 4;
    private static final int OPERATIONS = 1;
    private static final int MONGO_OPERATIONS = 1;
    private static final int CONNECTIONS = 9;
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch released = new CountDownLatch(1);
    private final List<Future<MockHttpServletResponse>> blocked = new ArrayList<>();
    private final AtomicInteger tokens = new AtomicInteger();

    @AfterEach
    void end() {
        released.countDown();
        callers.close();
        // A test without a filter has no gauges.
        if (!meters.getMeters().isEmpty()) {
            assertThat(meters.get("api_reads_running").gauges())
                    .allSatisfy(gauge -> assertThat(gauge.value()).isZero());
            assertThat(meters.get("api_reads_waiting").gauges())
                    .allSatisfy(gauge -> assertThat(gauge.value()).isZero());
        }
    }

    @Test
    void aReadWithoutAFreePermitIsRejectedAfterItsWait() throws Exception {
        ReadLimiterFilter filter = filter(2, SHORT);
        block(filter, "GET", LEADERBOARD);
        block(filter, "GET", REPORT);

        MockHttpServletResponse rejected = send(filter, "GET", LEADERBOARD);

        assertThat(rejected.getStatus()).isEqualTo(503);
        assertThat(rejected.getHeader("Retry-After")).isEqualTo("1");
        assertThat(rejected.getContentAsString()).contains("/too-many-reads");
        assertThat(meters.counter("api_reads_rejected", "kind", "reports").count())
                .isEqualTo(1);
    }

    @Test
    void aReadThatWaitsRunsOnceAPermitIsFree() throws Exception {
        ReadLimiterFilter filter = filter(1, LONG);
        block(filter, "GET", LEADERBOARD);
        Future<MockHttpServletResponse> second = callers.submit(() -> send(filter, "HEAD", REPORT));
        Awaitility.await().until(() -> waitingReports() == 1);
        assertThat(second.isDone()).isFalse();

        released.countDown();

        assertThat(blocked.getLast().get().getStatus()).isEqualTo(200);
        assertThat(second.get().getStatus()).isEqualTo(200);
        assertThat(meters.counter("api_reads_rejected", "kind", "reports").count())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /api/todos",
        "PATCH, /api/sessions/1",
        "DELETE, /api/users/me",
        "GET, /api/stream",
        "GET, /api/users/me/export",
        "GET, /api/todos",
        "GET, /api/health/sync"
    })
    void aRequestOfAnotherKindRunsAtOnce(String method, String path) throws Exception {
        ReadLimiterFilter filter = filter(1, SHORT);
        block(filter, "GET", LEADERBOARD);

        assertThat(send(filter, method, path).getStatus()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/todos", "/api/sessions", "/api/subjects"})
    void aListIsRejectedOnceAllPermitsOfListsAreTaken(String path) throws Exception {
        ReadLimiterFilter filter = filter(1, SHORT);
        for (int list = 0; list < LISTS; list++) {
            block(filter, "GET", path);
        }

        assertThat(send(filter, "GET", path).getStatus()).isEqualTo(503);
        assertThat(send(filter, "GET", path + "/1").getStatus()).isEqualTo(200);
        assertThat(send(filter, "GET", LEADERBOARD).getStatus()).isEqualTo(200);
        assertThat(send(filter, "GET", "/api/admin/jobs").getStatus()).isEqualTo(200);
        assertThat(meters.counter("api_reads_rejected", "kind", "lists").count())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/admin/audit",
                "/api/admin/dead-letters",
                "/api/admin/dead-letters/groups",
                "/api/admin/events/1",
                "/api/admin/jobs",
                "/api/admin/outbox/stuck",
                "/api/admin/users"
            })
    void aListOfOperatorsIsRejectedOnceAllTheirPermitsAreTaken(String path) throws Exception {
        ReadLimiterFilter filter = filter(1, SHORT);
        block(filter, "GET", path);

        assertThat(send(filter, "GET", path).getStatus()).isEqualTo(503);
        assertThat(send(filter, "GET", "/api/admin/jobs/1").getStatus()).isEqualTo(200);
        assertThat(send(filter, "GET", "/api/todos").getStatus()).isEqualTo(200);
    }

    @Test
    void writesTakeThePermitsOfListsExceptAHalf() throws Exception {
        ReadLimiterFilter filter = filter(4, SHORT);
        for (int write = 0; write < 5; write++) {
            block(filter, "POST", "/api/todos");
        }
        block(filter, "GET", "/api/todos");
        block(filter, "GET", "/api/sessions");

        assertThat(send(filter, "GET", "/api/todos").getStatus()).isEqualTo(503);
        assertThat(send(filter, "GET", "/api/admin/jobs").getStatus()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/admin/dead-letters",
                "/api/admin/dead-letters/groups",
                "/api/admin/events/00000000-0000-0000-0000-000000000001"
            })
    void aListThatWaitsForMongoDbDelaysNoListOfCockroachDb(String path) throws Exception {
        ReadLimiterFilter filter = filter(1, SHORT);
        block(filter, "GET", path);

        assertThat(send(filter, "GET", "/api/admin/dead-letters").getStatus()).isEqualTo(503);
        assertThat(List.of("/api/admin/audit", "/api/admin/jobs", "/api/admin/outbox/stuck", "/api/admin/users"))
                .allSatisfy(list -> assertThat(send(filter, "GET", list).getStatus())
                        .as(list)
                        .isEqualTo(200));
    }

    @Test
    void listsThatCouldTakeAllConnectionsAreRejectedAtTheStart() {
        ReadProperties properties = new ReadProperties(null, 12, 3, 1, SHORT, SHORT);

        assertThatThrownBy(() -> new ReadLimiters(properties, 16, meters))
                .hasMessageContaining("studybuddy.reads.concurrent-lists=12")
                .hasMessageContaining("must be less than spring.datasource.hikari.maximum-pool-size=16");
        assertThat(new ReadLimiters(properties, 17, meters).takeForWrite()).hasSize(2);
    }

    @Test
    void writesTakeThePermitsOfReadsExceptAQuarter() throws Exception {
        ReadLimiterFilter filter = filter(4, SHORT);
        for (int write = 0; write < 5; write++) {
            block(filter, "POST", "/api/todos");
        }
        assertThat(send(filter, "GET", LEADERBOARD).getStatus()).isEqualTo(200);
        block(filter, "GET", LEADERBOARD);
        assertThat(send(filter, "GET", LEADERBOARD).getStatus()).isEqualTo(503);

        released.countDown();

        assertThat(blocked.getLast().get().getStatus()).isEqualTo(200);
        Awaitility.await().until(() -> send(filter, "GET", LEADERBOARD).getStatus(), status -> status == 200);
    }

    @Test
    void aReadWhoseClientClosedItsConnectionReleasesItsPermit() throws Exception {
        ReadLimiterFilter filter = filter(1, SHORT);
        Future<MockHttpServletResponse> gone = callers.submit(() -> send(filter, "GET", LEADERBOARD, () -> {
            throw new IOException("the client closed the connection");
        }));
        assertThat(gone)
                .failsWithin(LONG)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(IOException.class);

        assertThat(send(filter, "GET", LEADERBOARD).getStatus()).isEqualTo(200);
    }

    @Test
    void aClientThatReceivesSlowlyHoldsNoPermit() throws Exception {
        ReadLimiterFilter filter = filter(1, SHORT);
        CountDownLatch sending = new CountDownLatch(1);
        MockHttpServletResponse slow = new MockHttpServletResponse() {
            @Override
            public void flushBuffer() {
                sending.countDown();
                await(released);
                super.flushBuffer();
            }
        };
        Future<MockHttpServletResponse> first = callers.submit(() -> {
            FilterChain chain =
                    (request, response) -> response.getOutputStream().write(1);
            filter.doFilter(new MockHttpServletRequest("GET", LEADERBOARD), slow, chain);
            return slow;
        });
        await(sending);

        assertThat(send(filter, "GET", LEADERBOARD).getStatus()).isEqualTo(200);
        released.countDown();
        assertThat(first.get().getContentAsByteArray()).containsExactly(1);
    }

    @Test
    void aWaitForAConsistencyTokenHoldsNoPermit() throws Exception {
        ReadLimiterFilter filter = filter(1, SHORT);
        CountDownLatch waiting = new CountDownLatch(1);
        Future<MockHttpServletResponse> first = callers.submit(() -> send(
                filter,
                "GET",
                LEADERBOARD,
                () -> ReadLimiter.waitWithoutPermit(() -> {
                    waiting.countDown();
                    await(released);
                    return true;
                })));
        await(waiting);

        assertThat(send(filter, "GET", LEADERBOARD).getStatus()).isEqualTo(200);
        released.countDown();
        assertThat(first.get().getStatus()).isEqualTo(200);
    }

    @Test
    void oneCallerHoldsAtMostAHalfOfThePermits() throws Exception {
        ReadLimiterFilter filter = filter(4, SHORT);
        String heavy = newCaller();
        block(filter, heavy, "GET", "/api/todos");
        block(filter, heavy, "GET", "/api/sessions");

        assertThat(send(filter, heavy, "GET", "/api/todos", () -> {}).getStatus())
                .isEqualTo(503);
        assertThat(send(filter, heavy, "GET", LEADERBOARD, () -> {}).getStatus())
                .isEqualTo(200);
        assertThat(send(filter, "GET", "/api/todos").getStatus()).isEqualTo(200);
    }

    @Test
    void theQueueOfOneCallerDelaysNoOtherCaller() throws Exception {
        ReadLimiterFilter filter = filter(4, LONG);
        String heavy = newCaller();
        for (int list = 0; list < LISTS / 2; list++) {
            block(filter, heavy, "GET", "/api/todos");
        }
        List<Future<MockHttpServletResponse>> queued = new ArrayList<>();
        for (int list = 0; list < 10; list++) {
            queued.add(callers.submit(() -> send(filter, heavy, "GET", "/api/todos", () -> {})));
        }
        Awaitility.await().until(() -> waiting("lists") == 10);

        assertThat(send(filter, "GET", "/api/todos").getStatus()).isEqualTo(200);
        assertThat(waiting("lists")).isEqualTo(10);

        released.countDown();
        for (Future<MockHttpServletResponse> each : queued) {
            assertThat(each.get().getStatus()).isEqualTo(200);
        }
    }

    @Test
    void oneCallerHoldsAHalfOfThePermitsThatWritesLeave() throws Exception {
        ReadLimiterFilter filter = filter(4, SHORT);
        String heavy = newCaller();
        block(filter, "POST", "/api/todos");
        block(filter, "POST", "/api/todos");
        block(filter, heavy, "GET", "/api/todos");

        assertThat(send(filter, heavy, "GET", "/api/todos", () -> {}).getStatus())
                .isEqualTo(503);
        assertThat(send(filter, "GET", "/api/todos").getStatus()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bearer h.c.s", "BEARER h.c.s", "Bearer  h.c.s", "Bearer h.c.s=", "Bearer h.c.t"})
    void eachSpellingOfATokenHasTheSameShare(String spelling) throws Exception {
        ReadLimiterFilter filter = filter(2, SHORT);
        block(filter, "Bearer h.c.s", "GET", LEADERBOARD);

        assertThat(send(filter, spelling, "GET", LEADERBOARD, () -> {}).getStatus())
                .isEqualTo(503);
        assertThat(send(filter, "Bearer h.d.s", "GET", LEADERBOARD, () -> {}).getStatus())
                .isEqualTo(200);
    }

    @Test
    void oneOperatorHoldsAllPermitsThatNoOtherOperatorWaitsFor() throws Exception {
        ReadLimiterFilter filter = filter(new ReadProperties(1, LISTS, 2, 2, SHORT, SHORT));
        String operator = newCaller();
        block(filter, operator, "GET", "/api/admin/outbox/stuck");
        block(filter, operator, "GET", "/api/admin/dead-letters");

        assertThat(send(filter, operator, "GET", "/api/admin/jobs", () -> {}).getStatus())
                .isEqualTo(200);
        assertThat(send(filter, operator, "GET", "/api/admin/dead-letters/groups", () -> {})
                        .getStatus())
                .isEqualTo(200);
    }

    @Test
    void theQueueOfOneOperatorDelaysAnotherOperatorByOneList() throws Exception {
        ReadLimiterFilter filter = filter(new ReadProperties(1, LISTS, 2, 2, LONG, LONG));
        String heavy = newCaller();
        CountDownLatch firstEnds = new CountDownLatch(1);
        CountDownLatch firstRuns = new CountDownLatch(1);
        Future<MockHttpServletResponse> first =
                callers.submit(() -> send(filter, heavy, "GET", "/api/admin/jobs", () -> {
                    firstRuns.countDown();
                    await(firstEnds);
                }));
        await(firstRuns);
        block(filter, heavy, "GET", "/api/admin/jobs");
        List<Future<MockHttpServletResponse>> queued = new ArrayList<>();
        for (int list = 0; list < 10; list++) {
            queued.add(callers.submit(() -> send(filter, heavy, "GET", "/api/admin/audit", () -> await(released))));
        }
        Awaitility.await().until(() -> waiting("operations") == 10);
        Future<MockHttpServletResponse> other = callers.submit(() -> send(filter, "GET", "/api/admin/jobs"));
        Awaitility.await().until(() -> waiting("operations") == 11);

        firstEnds.countDown();

        assertThat(other.get(LONG.toSeconds(), TimeUnit.SECONDS).getStatus()).isEqualTo(200);
        assertThat(first.get().getStatus()).isEqualTo(200);
        released.countDown();
        for (Future<MockHttpServletResponse> each : queued) {
            assertThat(each.get().getStatus()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/admin/jobs", "/api/admin/dead-letters"})
    void anOperatorWaitsUntilAListOfAnotherOperatorEnds(String path) throws Exception {
        ReadLimiterFilter filter = filter(new ReadProperties(1, LISTS, 2, 2, SHORT, LONG));
        String heavy = newCaller();
        for (int list = 0; list < 2; list++) {
            block(filter, heavy, "GET", path);
        }
        CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(released::countDown);

        assertThat(send(filter, "GET", path).getStatus()).isEqualTo(200);
    }

    @Test
    void anOperatorWaitsLongerThanOtherCallersByDefault() {
        ReadProperties defaults = bindDefaults();

        assertThat(defaults.maxWait()).isEqualTo(Duration.ofMillis(500));
        assertThat(defaults.operationsMaxWait()).isEqualTo(Duration.ofMillis(1500));
    }

    private static ReadProperties bindDefaults() {
        return new Binder(new MapConfigurationPropertySource()).bindOrCreate("studybuddy.reads", ReadProperties.class);
    }

    @Test
    void requestsWithoutATokenHaveNoShare() throws Exception {
        ReadLimiterFilter filter = filter(2, SHORT);
        CountDownLatch started = new CountDownLatch(1);
        blocked.add(callers.submit(() -> sendWithoutToken(filter, () -> {
            started.countDown();
            await(released);
        })));
        await(started);

        assertThat(sendWithoutToken(filter, () -> {}).getStatus()).isEqualTo(200);
    }

    private static MockHttpServletResponse sendWithoutToken(ReadLimiterFilter filter, Rest rest)
            throws ServletException, IOException {
        MockHttpServletResponse response = new MockHttpServletResponse();
        filter.doFilter(new MockHttpServletRequest("GET", LEADERBOARD), response, (passed, answer) -> rest.answer());
        return response;
    }

    @Test
    void theNumberOfPermitsFollowsTheProcessorsUnlessItIsSet() {
        assertThat(new ReadProperties(null, LISTS, OPERATIONS, MONGO_OPERATIONS, SHORT, SHORT).concurrentOn(1))
                .isEqualTo(4);
        assertThat(new ReadProperties(null, LISTS, OPERATIONS, MONGO_OPERATIONS, SHORT, SHORT).concurrentOn(8))
                .isEqualTo(16);
        assertThat(new ReadProperties(3, LISTS, OPERATIONS, MONGO_OPERATIONS, SHORT, SHORT).concurrentOn(8))
                .isEqualTo(3);
    }

    private ReadLimiterFilter filter(int concurrent, Duration maxWait) {
        return filter(new ReadProperties(concurrent, LISTS, OPERATIONS, MONGO_OPERATIONS, maxWait, maxWait));
    }

    private ReadLimiterFilter filter(ReadProperties properties) {
        meters.clear();
        return new ReadLimiterFilter(new ReadLimiters(properties, CONNECTIONS, meters));
    }

    /** Sends a request of a new caller that runs until the end of the test, and returns once it runs. */
    private void block(ReadLimiterFilter filter, String method, String path) {
        block(filter, newCaller(), method, path);
    }

    private void block(ReadLimiterFilter filter, String caller, String method, String path) {
        CountDownLatch started = new CountDownLatch(1);
        blocked.add(callers.submit(() -> send(filter, caller, method, path, () -> {
            started.countDown();
            await(released);
        })));
        await(started);
    }

    /** Stands for the rest of the service, which answers a request. */
    @FunctionalInterface
    private interface Rest {
        void answer() throws IOException;
    }

    private MockHttpServletResponse send(ReadLimiterFilter filter, String method, String path)
            throws ServletException, IOException {
        return send(filter, method, path, () -> {});
    }

    private MockHttpServletResponse send(ReadLimiterFilter filter, String method, String path, Rest rest)
            throws ServletException, IOException {
        return send(filter, newCaller(), method, path, rest);
    }

    private static MockHttpServletResponse send(
            ReadLimiterFilter filter, String caller, String method, String path, Rest rest)
            throws ServletException, IOException {
        MockHttpServletRequest request = new MockHttpServletRequest(method, path);
        request.addHeader("Authorization", caller);
        MockHttpServletResponse response = new MockHttpServletResponse();
        FilterChain chain = (passed, answer) -> rest.answer();
        filter.doFilter(request, response, chain);
        return response;
    }

    private String newCaller() {
        return "Bearer " + tokens.incrementAndGet();
    }

    private double waitingReports() {
        return waiting("reports");
    }

    private double waiting(String kind) {
        return meters.get("api_reads_waiting").tag("kind", kind).gauge().value();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
