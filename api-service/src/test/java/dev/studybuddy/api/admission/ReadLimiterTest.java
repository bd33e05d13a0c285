package dev.studybuddy.api.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.FilterChain;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** This test sends reads of each kind while other reads and writes hold the permits. */
class ReadLimiterTest extends ReadLimiterFixture {

    private static final String REPORT = "/api/reports/analytics";

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
    void writesLeaveHalfOfThePermitsToLists() throws Exception {
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
    void limitsOfListsThatCouldTakeAllConnectionsAreRejectedAtTheStart() {
        ReadProperties properties = new ReadProperties(null, 12, 3, 1, SHORT, SHORT);

        assertThatThrownBy(() -> new ReadLimiters(properties, 16, meters))
                .hasMessageContaining("studybuddy.reads.concurrent-lists=12")
                .hasMessageContaining("must be less than spring.datasource.hikari.maximum-pool-size=16");
        assertThat(new ReadLimiters(properties, 17, meters).takeForWrite()).hasSize(2);
    }

    @Test
    void writesLeaveAQuarterOfThePermitsToReads() throws Exception {
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

    private double waitingReports() {
        return waiting("reports");
    }
}
