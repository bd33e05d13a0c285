package dev.studybuddy.api.admission;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** This test sends reads of a caller who holds a share of the permits, and reads of other callers. */
class CallerShareTest extends ReadLimiterFixture {

    @Test
    void oneCallerHoldsAtMostHalfOfThePermits() throws Exception {
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
    void oneCallerHoldsHalfOfThePermitsThatWritesLeave() throws Exception {
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
    void tokensWithTheSameClaimsHaveTheSameShare(String spelling) throws Exception {
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
        Awaitility.await().until(() -> waiting("operator-lists") == 10);
        Future<MockHttpServletResponse> other = callers.submit(() -> send(filter, "GET", "/api/admin/jobs"));
        Awaitility.await().until(() -> waiting("operator-lists") == 11);

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
}
