package dev.studybuddy.api.operations.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiWithReadModel;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RepeatedRounds;
import dev.studybuddy.contract.AggregateType;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** This test triggers a sync and handles stuck events, without a publisher. */
class OutboxOperationsIT extends ApiWithReadModel {

    private static final String WAITING = "outbox WHERE next_attempt_at IS NOT NULL";

    /** One of several triggers takes less than this. */
    private static final Duration TRIGGER_LIMIT = Duration.ofSeconds(3);

    /** A stall of the machine delays the answer, but each call ends. */
    private static final Duration LONGEST_TRIGGER = Duration.ofSeconds(15);

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
    void aDeadLetteredEventHasAReasonAndIsRetriedOrDiscarded() {
        api.post("/api/admin/aggregates/user/" + ANNA + "/snapshot", "");
        databases.jdbc().sql("""
                        UPDATE outbox SET processed = true, retry_count = 3, last_error = 'too-large',
                          dead_lettered_at = now()""").update();
        JsonNode stuck = api.get("/api/admin/outbox/stuck").json().get(0);
        assertThat(stuck.path("reason").asString()).isEqualTo("too-large");
        String location = "/api/admin/outbox/" + stuck.path("eventId").asString();

        assertThat(api.post(location + "/retry", "").status()).isEqualTo(202);
        assertThat(count("outbox WHERE processed = false AND retry_count = 0")).isEqualTo(1);
        assertThat(api.post(location + "/retry", "").status()).isEqualTo(404);

        databases
                .jdbc()
                .sql("UPDATE outbox SET processed = true, retry_count = 3, dead_lettered_at = now()")
                .update();
        assertThat(api.send("DELETE", location, null).status()).isEqualTo(204);
        assertThat(count("outbox")).isZero();
    }

    @Test
    void aPausedTypeIsAuditedAndReportedAndItsEventsAreNotStuck() {
        api.post("/api/admin/aggregates/user/" + ANNA + "/snapshot", "");
        api.post("/api/admin/aggregates/todo/" + todo() + "/snapshot", "");
        databases
                .jdbc()
                .sql("UPDATE outbox SET created_at = now() - INTERVAL '5 minutes'")
                .update();
        assertThat(api.get("/api/admin/outbox/stuck").json()).hasSize(2);

        String pause = "{\"type\": \"user\", \"reason\": \"the topic moves\"}";
        assertThat(api.post("/api/admin/publishing/pause", "{\"type\": \"user\"}")
                        .problem())
                .isEqualTo("invalid-request");
        assertThat(api.post("/api/admin/publishing/pause", pause).text("/paused/0/type"))
                .isEqualTo("user");
        assertThat(api.post("/api/admin/publishing/pause", pause).status()).isEqualTo(200);

        assertThat(api.get("/api/admin/outbox/stuck").json())
                .singleElement()
                .satisfies(stuck ->
                        assertThat(stuck.path("aggregateType").asString()).isEqualTo("todo"));
        assertThat(api.get("/api/admin/events/" + ANNA)
                        .json()
                        .at("/events/0/paused")
                        .booleanValue())
                .isTrue();
        assertThat(api.post("/api/admin/sync/trigger", "").text("/pausedTypes/0"))
                .isEqualTo("user");
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> api.get("/api/health/sync")
                        .text("/paused/publishing/0/reason")
                        .equals("the topic moves"));
        assertThat(count("admin_audit WHERE action = 'publishing.pause' AND target = 'publishing/user'"))
                .isEqualTo(1);

        api.post("/api/admin/publishing/pause", "{\"type\": \"all\", \"reason\": \"maintenance\"}");
        assertThat(api.get("/api/admin/outbox/stuck").json()).isEmpty();
        api.post("/api/admin/publishing/resume", "{\"type\": \"all\"}");
        assertThat(api.post("/api/admin/publishing/resume", "{\"type\": \"user\"}")
                        .json()
                        .path("paused"))
                .isEmpty();
        assertThat(api.get("/api/admin/outbox/stuck").json()).hasSize(2);
        assertThat(count("admin_audit WHERE action = 'publishing.resume'")).isEqualTo(2);
    }

    @Test
    void manyFailedEventsOfAPausedTypeHideNoStuckEventOfAnotherType() {
        insertWaitingRows(150);
        databases.jdbc().sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,
                          retry_count, next_attempt_at, processed, dead_lettered_at)
                        VALUES (63, 'user', 'waits', 1, 'ffffffff-ffff-4fff-bfff-fffffffffffe', 'user.created', '{}', 1,
                            now(), false, NULL),
                          (63, 'todo', 'dead-lettered', 1, 'ffffffff-ffff-4fff-bfff-ffffffffffff', 'todo.created', '{}', 1,
                            NULL, true, now())""").update();
        assertThat(stuckAggregates()).hasSize(100).doesNotContain("waits", "dead-lettered");

        api.post("/api/admin/publishing/pause", "{\"type\": \"todo\", \"reason\": \"maintenance\"}");

        assertThat(stuckAggregates()).containsExactly("waits", "dead-lettered");

        api.post("/api/admin/publishing/pause", "{\"type\": \"all\", \"reason\": \"maintenance\"}");

        assertThat(stuckAggregates()).containsExactly("dead-lettered");
    }

    @Test
    void manyDeadLetteredEventsHideNoStuckEventAndAreNotCounted() {
        databases.jdbc().sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,
                          retry_count, processed, dead_lettered_at)
                        SELECT 0, 'todo', 'dead-lettered', n, gen_random_uuid(), 'todo.created', '{}', 1, true, now()
                        FROM generate_series(1, 100) AS n""").update();
        databases.jdbc().sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,
                          retry_count, next_attempt_at, created_at)
                        VALUES (63, 'user', 'waits', 1, gen_random_uuid(), 'user.created', '{}', 1, now(), now()),
                          (63, 'user', 'wait-ended', 1, gen_random_uuid(), 'user.created', '{}', 1, NULL,
                            now() - INTERVAL '5 minutes')""").update();

        assertThat(stuckAggregates()).hasSize(100).startsWith("waits", "wait-ended");
        assertThat(api.bean(StuckEvents.class).count()).isEqualTo(2);
    }

    @Test
    void eachStuckEventIsOnOnePageOfTheList() {
        insertWaitingRows(45);
        databases.jdbc().sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,
                          created_at)
                        SELECT n % 64, 'session', 'session-' || n, 1, gen_random_uuid(), 'session.created', '{}',
                          now() - INTERVAL '5 minutes'
                        FROM generate_series(1, 90) AS n""").update();
        insertDeadLetteredRows(25);

        assertThat(typesOfAllPages(30)).isEqualTo(types(45, 90, 25));
        // Each part begins with a page of its own.
        assertThat(typesOfAllPages(45)).isEqualTo(types(45, 90, 25));
        // The first page contains the whole list.
        assertThat(typesOfAllPages(160)).isEqualTo(types(45, 90, 25));
        assertThat(api.get("/api/admin/outbox/stuck").json()).hasSize(100);

        api.post("/api/admin/publishing/pause", "{\"type\": \"todo\", \"reason\": \"maintenance\"}");
        assertThat(typesOfAllPages(30)).isEqualTo(types(0, 90, 25));

        api.post("/api/admin/publishing/pause", "{\"type\": \"all\", \"reason\": \"maintenance\"}");
        assertThat(typesOfAllPages(10)).isEqualTo(types(0, 0, 25));
    }

    /** Returns the types of the events of all pages, and checks that no event is on two pages. */
    private List<String> typesOfAllPages(int limit) {
        List<JsonNode> events = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            ReceivedAnswer page = api.get("/api/admin/outbox/stuck?limit=" + limit + "&cursor=" + cursor);
            assertThat(page.status()).as("%s", page).isEqualTo(200);
            assertThat(page.json()).isNotEmpty().hasSizeLessThanOrEqualTo(limit);
            page.json().forEach(events::add);
            cursor = page.header("X-Next-Cursor");
        }
        assertThat(events).extracting(event -> event.path("eventId").asString()).doesNotHaveDuplicates();
        return events.stream()
                .map(event -> event.path("aggregateType").asString())
                .toList();
    }

    private static List<String> types(int waiting, int pending, int deadLettered) {
        return Stream.of(
                        Collections.nCopies(waiting, "todo"),
                        Collections.nCopies(pending, "session"),
                        Collections.nCopies(deadLettered, "user"))
                .flatMap(List::stream)
                .toList();
    }

    @Test
    void theCursorOfAnEventThatWasDiscardedStaysValid() {
        insertDeadLetteredRows(5);
        ReceivedAnswer first = api.get("/api/admin/outbox/stuck?limit=2");
        api.send("DELETE", "/api/admin/outbox/" + first.text("/1/eventId"), null);

        ReceivedAnswer rest = api.get("/api/admin/outbox/stuck?cursor=" + first.header("X-Next-Cursor"));

        assertThat(rest.json()).hasSize(3);
        assertThat(rest.header("X-Next-Cursor")).isNull();
        assertThat(rest.body()).doesNotContain(first.text("/0/eventId"));
    }

    @Test
    void anInvalidLimitOrCursorOfTheStuckEventsIsRejectedByName() {
        for (String limit : List.of("0", "201", "x")) {
            assertThat(api.get("/api/admin/outbox/stuck?limit=" + limit).text("/errors/0/field"))
                    .isEqualTo("limit");
        }
        JsonNode faults =
                api.get("/api/admin/outbox/stuck?limit=0&cursor=invalid").json();
        assertThat(faults.path("status").intValue()).isEqualTo(400);
        assertThat(faults.path("errors"))
                .extracting(fault -> fault.path("field").asString())
                .containsExactly("limit", "cursor");
    }

    private void insertDeadLetteredRows(int rows) {
        databases.jdbc().sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,
                          retry_count, processed, dead_lettered_at)
                        SELECT n % 64, 'user', 'user-' || n, 1, gen_random_uuid(), 'user.created', '{}', 1, true, now()
                        FROM generate_series(1, :rows) AS n""").param("rows", rows).update();
    }

    /** A manual update of the row left the time at which the publisher dead-lettered the event. */
    @Test
    void aDeadLetteredEventThatIsPendingAgainIsListedOnceAsPending() {
        databases.jdbc().sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,
                          retry_count, next_attempt_at, created_at, dead_lettered_at)
                        VALUES (0, 'user', 'waits', 1, gen_random_uuid(), 'user.created', '{}', 1, now(), now(), now()),
                          (63, 'user', 'wait-ended', 1, gen_random_uuid(), 'user.created', '{}', 1, NULL,
                            now() - INTERVAL '5 minutes', now())""").update();

        JsonNode stuck = api.get("/api/admin/outbox/stuck").json();

        assertThat(stuckAggregates()).containsExactly("waits", "wait-ended");
        assertThat(stuck).allSatisfy(event -> {
            assertThat(event.path("deadLettered").booleanValue(true)).isFalse();
            assertThat(event.path("advice").asString()).contains("retries this event automatically");
        });
    }

    @Test
    void aDeadLetteredEventThatIsPendingAgainCannotBeDiscarded() {
        api.post("/api/admin/aggregates/user/" + ANNA + "/snapshot", "");
        databases.jdbc().sql("""
                        UPDATE outbox SET retry_count = 3, last_error = 'too-large', dead_lettered_at = now()""").update();
        String event = databases
                .jdbc()
                .sql("SELECT CAST(id AS TEXT) FROM outbox")
                .query(String.class)
                .single();

        assertThat(api.send("DELETE", "/api/admin/outbox/" + event, null).status())
                .isEqualTo(409);
        assertThat(api.send("DELETE", "/api/admin/dead-letters/" + event, null).status())
                .isEqualTo(404);
        assertThat(api.get("/api/admin/dead-letters").json().path("items")).isEmpty();
        assertThat(api.get("/api/admin/dead-letters/groups").json().path("items"))
                .isEmpty();
        assertThat(count("outbox WHERE processed = false")).isEqualTo(1);
    }

    /** Writers inserted these rows before the constraint {@code outbox_new_row} existed. */
    @Test
    void aDeadLetteredEventThatNoWriterMayInsertIsRetriedWithOneAttempt() {
        databases.jdbc().sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,
                          headers, created_at, retry_count, processed, dead_lettered_at)
                        VALUES (0, 'user', 'time', 1, gen_random_uuid(), 'user.created', '{"id": "a"}', '{}',
                            '1999-12-31 23:59:59+00', 3, true, now()),
                          (0, 'user', 'headers', 1, gen_random_uuid(), 'user.created', '{"id": "a"}', '[]',
                            now(), 3, true, now()),
                          (0, 'user', repeat('i', 1001), 1, gen_random_uuid(), 'user.created', '{"id": "a"}', '{}',
                            now(), 3, true, now()),
                          (0, 'user', 'type', 1, gen_random_uuid(), repeat('e', 1001), '{"id": "a"}', '{}',
                            now(), 3, true, now()),
                          (0, repeat('t', 201), 'aggregate', 1, gen_random_uuid(), 'user.created', '{"id": "a"}', '{}',
                            now(), 3, true, now()),
                          (0, 'user', 'id', 1, '00000000-0000-0000-0000-000000000000', 'user.created', '{"id": "a"}',
                            '{}', now(), 3, true, now()),
                          (0, 'user', 'valid', 1, gen_random_uuid(), 'user.created', '{"id": "a"}', '{}',
                            now(), 3, true, now())""").update();
        List<String> events = databases
                .jdbc()
                .sql("SELECT CAST(id AS TEXT) FROM outbox")
                .query(String.class)
                .list();

        assertThat(events)
                .hasSize(7)
                .allSatisfy(event -> assertThat(api.post("/api/admin/outbox/" + event + "/retry", "")
                                .status())
                        .isEqualTo(202));
        assertThat(count("outbox WHERE processed = false AND retry_count = 1")).isEqualTo(6);
        assertThat(count("outbox WHERE processed = false AND retry_count = 0 AND aggregate_id = 'valid'"))
                .isEqualTo(1);
    }

    private List<String> stuckAggregates() {
        return api.get("/api/admin/outbox/stuck")
                .json()
                .valueStream()
                .map(stuck -> stuck.path("aggregateId").asString())
                .toList();
    }

    @Test
    void theTimelineShowsAMirrorThatAPersonDamaged() {
        model.mirrors(AggregateType.USER)
                .updateOne(
                        new Document("_id", ANNA),
                        new Document("$set", new Document("version", "two").append("deleted", "no"))
                                .append("$unset", new Document("offset", "")));

        ReceivedAnswer timeline = api.get("/api/admin/events/" + ANNA);

        assertThat(timeline.status()).as("%s", timeline).isEqualTo(200);
        assertThat(timeline.json().path("mirrors")).singleElement().satisfies(mirror -> {
            assertThat(mirror.path("aggregateType").asString()).isEqualTo("user");
            assertThat(mirror.path("version").isNull()).isTrue();
            assertThat(mirror.path("offset").isNull()).isTrue();
            assertThat(mirror.path("deleted").booleanValue(true)).isFalse();
        });
    }

    @Test
    void aPausedReadModelIsNotRebuiltAndReportsItsPause() {
        assertThat(api.post("/api/admin/projections/pause", "{\"model\": \"absent\", \"reason\": \"x\"}")
                        .problem())
                .isEqualTo("invalid-request");
        assertThat(api.post("/api/admin/projections/pause", "{\"reason\": \"maintenance\"}")
                        .status())
                .isEqualTo(200);

        assertThat(api.post("/api/admin/projections/rebuild", "{}").problem()).isEqualTo("read-model-paused");
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> api.get("/api/health/sync")
                        .text("/paused/projecting/0/name")
                        .equals("study"));

        assertThat(api.post("/api/admin/projections/resume", "{}")
                        .json()
                        .path("paused")
                        .booleanValue(true))
                .isFalse();
        // Kafka is unavailable here, so that the service rejects a rebuild for this reason.
        assertThat(api.demo()
                        .withoutRetries()
                        .post("/api/admin/projections/rebuild", "{}")
                        .problem())
                .isNotEqualTo("read-model-paused");
        assertThat(count("admin_audit WHERE action IN ('projecting.pause', 'projecting.resume') AND target = 'study'"))
                .isEqualTo(2);
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
        // A trigger clears retries for about a second, which is too short for all of them on a slow machine.
        ReceivedAnswer answer = Awaitility.await()
                .atMost(TIMEOUT)
                .until(
                        () -> {
                            triggers.incrementAndGet();
                            return trigger();
                        },
                        last -> last.json().path("allRetriesCleared").booleanValue(false));

        // If each trigger cleared only one page of 100 retries, 30 triggers would be necessary.
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

    /** Triggers a sync once. An answer with 503 is right on a slow machine, and states no number of cleared retries. */
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

    private void insertWaitingRows(int rows) {
        databases.jdbc().sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,
                          retry_count, next_attempt_at)
                        SELECT n % 64, 'todo', 'todo-' || n, 1, gen_random_uuid(), 'todo.created', '{}', 1,
                          now() + INTERVAL '1 hour'
                        FROM generate_series(1, :rows) AS n""").param("rows", rows).update();
    }

    private String todo() {
        return databases.jdbc().sql("SELECT id FROM todos").query(String.class).single();
    }

    @Test
    void onlyAdminsUseTheOperatorsEndpoints() {
        String[] ben = api.authorizationOf(BEN);

        assertThat(api.get("/api/admin/outbox/stuck", ben).status()).isEqualTo(403);
        assertThat(api.post("/api/admin/verify", "{}", ben).status()).isEqualTo(403);
        assertThat(api.post("/api/backup/full", "", ben).status()).isEqualTo(403);
        assertThat(api.get("/api/admin/jobs/" + UUID.randomUUID()).status()).isEqualTo(404);
        assertThat(api.post("/api/admin/verify", "{\"repair\": 1, \"x\": 2}")
                        .json()
                        .path("errors"))
                .hasSize(2);
    }
}
