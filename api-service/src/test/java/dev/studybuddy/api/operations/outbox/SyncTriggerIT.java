package dev.studybuddy.api.operations.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.studybuddy.api.outbox.BacklogQuery;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RepeatedRounds;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.QueryTimeoutException;
import tools.jackson.databind.JsonNode;

/** This test triggers a sync without a publisher. */
class SyncTriggerIT extends OutboxOperationsFixture {

    private static final String WAITING = "outbox WHERE next_attempt_at IS NOT NULL";

    /** One of several triggers takes less than this. */
    private static final Duration TRIGGER_LIMIT = Duration.ofSeconds(3);

    /** A stall of the machine delays the answer, but each call ends. */
    private static final Duration LONGEST_TRIGGER = Duration.ofSeconds(15);

    @Override
    protected Class<?>[] beans() {
        return new Class<?>[] {SlowStatements.Injection.class};
    }

    /**
     * Every count of the backlog takes too long until this method ends. Therefore the next read of the whole pending
     * index is due in an hour, and the recorded bounds pass an old event during each test.
     */
    @Override
    @BeforeEach
    protected void start() {
        super.start();
        assertThatExceptionOfType(QueryTimeoutException.class)
                .isThrownBy(() -> api.bean(BacklogQuery.class).read());
        slowStatements().select(statement -> false);
    }

    @Test
    void aSyncTriggerReportsPendingEventsAndRequestsSweeps() {
        api.post("/api/admin/aggregates/user/" + ANNA + "/snapshot", "");

        JsonNode answer = api.post("/api/admin/sync/trigger", "").json();

        assertThat(answer.path("pendingBefore").intValue()).isEqualTo(1);
        assertThat(answer.path("pendingAfter").intValue()).isEqualTo(1);
        assertThat(answer.path("visibleInMongo").booleanValue(true)).isFalse();
        assertThat(count("outbox_shard_lease WHERE sweep_requested_at IS NOT NULL"))
                .isEqualTo(64);
        assertThat(api.post("/api/admin/sync/trigger?waitSeconds=61", "").status())
                .isEqualTo(400);
    }

    /** The recorded bounds of the pending index have passed the time at which the event was created. */
    @Test
    void anOldEventThatAnOperatorRetriedIsNotVisible() {
        createOldEvent();

        JsonNode answer = api.post("/api/admin/sync/trigger", "").json();

        assertThat(answer.path("pendingBefore").intValue()).isEqualTo(1);
        assertThat(answer.path("pendingAfter").intValue()).isEqualTo(1);
        assertThat(answer.path("visibleInMongo").isBoolean()).as("%s", answer).isTrue();
        assertThat(answer.path("visibleInMongo").booleanValue()).isFalse();
    }

    /** The first search begins at the recorded bounds, and the second one begins at the event. */
    @ParameterizedTest
    @CsvSource({"1, 0, null", "1, 20, false", "0, 0, null", "0, 20, false"})
    void aSyncTriggerReportsItsWorkAlthoughItsSearchTakesTooLong(int fastSearches, int waitSeconds, String visible) {
        createOldEvent();
        AtomicInteger searches = new AtomicInteger();
        slowStatements()
                .select(statement -> statement.startsWith("SELECT EXISTS")
                        && statement.contains("UNION ALL")
                        && searches.incrementAndGet() > fastSearches);

        ReceivedAnswer answer =
                api.demo().withoutRetries().post("/api/admin/sync/trigger?waitSeconds=" + waitSeconds, "");

        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.json().path("pendingBefore").intValue()).isEqualTo(1);
        assertThat(answer.json().path("pendingBeforeExact").booleanValue()).isTrue();
        assertThat(answer.json().path("pendingAfter").intValue(-1)).isZero();
        assertThat(answer.json().path("pendingAfterExact").booleanValue(true)).isFalse();
        assertThat(answer.json().path("visibleInMongo")).hasToString(visible);
    }

    /** The first count begins at the oldest row, and the second one begins at the recorded bounds. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theNumbersOfPendingEventsAreLowerBoundsIfTheIndexIsReadInPart(int slowCounts) {
        createOldEvent();
        AtomicInteger counts = new AtomicInteger();
        slowStatements()
                .select(statement -> statement.contains("AS pending")
                        && statement.contains("LIMIT 1000)")
                        && counts.incrementAndGet() <= slowCounts);

        ReceivedAnswer answer = api.demo().withoutRetries().post("/api/admin/sync/trigger", "");

        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.json().path("pendingBefore").intValue(-1)).isZero();
        assertThat(answer.json().path("pendingBeforeExact").booleanValue(true)).isFalse();
        assertThat(answer.json().path("pendingAfter").intValue(-1)).isZero();
        assertThat(answer.json().path("pendingAfterExact").booleanValue(true)).isFalse();
        assertThat(answer.json().path("visibleInMongo")).hasToString("null");
    }

    /** Creates a pending event whose time of creation the recorded bounds of the pending index have passed. */
    private void createOldEvent() {
        api.bean(BacklogQuery.class).read();
        api.post("/api/admin/aggregates/user/" + ANNA + "/snapshot", "");
        databases
                .jdbc()
                .sql("UPDATE outbox SET created_at = now() - INTERVAL '2 days'")
                .update();
    }

    private SlowStatements slowStatements() {
        return (SlowStatements) api.bean(DataSource.class);
    }

    @Test
    void anEventThatIsDeadLetteredDuringTheTriggerIsNotVisible() throws Exception {
        api.post("/api/admin/aggregates/user/" + ANNA + "/snapshot", "");
        try (ExecutorService caller = Executors.newSingleThreadExecutor()) {
            Future<ReceivedAnswer> trigger =
                    caller.submit(() -> api.post("/api/admin/sync/trigger?waitSeconds=20", ""));
            Awaitility.await()
                    .atMost(TIMEOUT)
                    .until(() -> count("outbox_shard_lease WHERE sweep_requested_at IS NOT NULL") == 64);
            databases.jdbc().sql("""
                            UPDATE outbox SET processed = true, retry_count = 5, last_error = 'too-large',
                              dead_lettered_at = now()""").update();

            JsonNode answer = trigger.get().json();

            assertThat(answer.path("pendingBefore").intValue()).isEqualTo(1);
            assertThat(answer.path("pendingAfter").intValue(-1)).isZero();
            assertThat(answer.path("visibleInMongo").isBoolean())
                    .as("%s", answer)
                    .isTrue();
            assertThat(answer.path("visibleInMongo").booleanValue()).isFalse();
        }
    }

    @Test
    void aSyncTriggerAnswersInTimeWithABacklog() throws Exception {
        databases.jdbc().sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,
                          retry_count, next_attempt_at)
                        SELECT n % 64, 'todo', 'todo-' || n, 1, gen_random_uuid(), 'todo.created', '{}',
                          CASE WHEN n % 50 = 0 THEN 1 ELSE 0 END,
                          CASE WHEN n % 50 = 0 THEN now() + INTERVAL '1 hour' END
                        FROM generate_series(1, 150000) AS n""").update();

        assertThat(count(WAITING)).isEqualTo(3_000);

        AtomicInteger triggers = new AtomicInteger();
        // A trigger ends waits for about a second, which is too short for all of them on a slow machine.
        ReceivedAnswer answer = Awaitility.await()
                .atMost(TIMEOUT)
                .until(
                        () -> {
                            triggers.incrementAndGet();
                            return trigger();
                        },
                        last -> last.json().path("allRetriesCleared").booleanValue(false));

        // If each trigger ended only one page of 100 waits, 30 triggers would be necessary.
        assertThat(triggers).hasValueLessThan(30);
        assertThat(answer.json().path("pendingBefore").intValue()).isEqualTo(64_000);
        assertThat(answer.json().path("pendingBeforeExact").booleanValue()).isFalse();
        assertThat(count(WAITING)).isZero();
        assertThat(api.get("/api/admin/audit?action=sync.trigger").text("/items/0/detail/outcome"))
                .isEqualTo("done");
        RepeatedRounds.assertOneTakesLessThan(TRIGGER_LIMIT, () -> {
            databases.jdbc().sql("""
                            UPDATE outbox SET retry_count = 1, next_attempt_at = now() + INTERVAL '1 hour'
                            WHERE aggregate_id LIKE 'todo-%00' OR aggregate_id LIKE 'todo-%50'""").update();
            return trigger().duration();
        });
    }

    @Test
    void aSyncTriggerRequestsSweepsAlthoughARetryIsLocked() throws SQLException {
        insertWaitingRows(3);
        try (Connection other = sql.dataSource().getConnection()) {
            other.setAutoCommit(false);
            try (Statement lock = other.createStatement()) {
                lock.execute(
                        "SELECT id FROM outbox WHERE next_attempt_at IS NOT NULL ORDER BY shard, id LIMIT 1 FOR UPDATE");
            }

            ReceivedAnswer answer = api.post("/api/admin/sync/trigger", "");

            assertThat(answer.status()).as("%s", answer).isEqualTo(200);
            assertThat(answer.json().path("retriesCleared").intValue(-1)).isZero();
            assertThat(answer.json().path("allRetriesCleared").booleanValue(true))
                    .isFalse();
            other.rollback();
        }
        assertThat(count("outbox_shard_lease WHERE sweep_requested_at IS NOT NULL"))
                .isEqualTo(64);

        JsonNode next = api.post("/api/admin/sync/trigger", "").json();
        assertThat(next.path("retriesCleared").intValue()).isEqualTo(3);
        assertThat(next.path("allRetriesCleared").booleanValue()).isTrue();
    }

    @Test
    void aSyncTriggerRequestsSweepsAlthoughAPageOfRetriesIsSlow() {
        insertWaitingRows(1_200);
        databases.jdbc().sql("""
                        CREATE FUNCTION delay_update() RETURNS TRIGGER LANGUAGE plpgsql AS
                        'BEGIN PERFORM pg_sleep(0.003); RETURN NEW; END'""").update();
        databases
                .jdbc()
                .sql("CREATE TRIGGER delay BEFORE UPDATE ON outbox FOR EACH ROW EXECUTE FUNCTION delay_update()")
                .update();

        // A slow machine can need too much time even for the first page, which has 100 rows.
        ReceivedAnswer answer = Awaitility.await()
                .atMost(TIMEOUT)
                .until(this::trigger, last -> last.json().path("retriesCleared").intValue(0) > 0);

        assertThat(answer.json().path("retriesCleared").intValue()).isEqualTo(100);
        assertThat(answer.json().path("allRetriesCleared").booleanValue(true)).isFalse();
        assertThat(count("outbox_shard_lease WHERE sweep_requested_at IS NOT NULL"))
                .isEqualTo(64);
    }

    /** Triggers a sync once. An answer with 503 is right on a slow machine, and states no number of ended waits. */
    private ReceivedAnswer trigger() {
        long before = count(WAITING);
        ReceivedAnswer answer = api.demo().withoutRetries().post("/api/admin/sync/trigger", "");
        assertThat(answer.status()).as("%s", answer).isIn(200, 503);
        assertThat(answer.duration()).isLessThan(LONGEST_TRIGGER);
        if (answer.status() == 200) {
            assertThat(answer.json().path("retriesCleared").longValue()).isEqualTo(before - count(WAITING));
        }
        return answer;
    }
}
