package dev.studybuddy.api.operations.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.testkit.TestServers;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** This test lists stuck and dead-lettered events, and retries and discards dead-lettered ones. */
class StuckOrDeadLetteredEventsIT extends OutboxOperationsFixture {

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
    void aRepeatedDiscardWithItsKeyGetsTheSameAnswer() {
        api.post("/api/admin/aggregates/user/" + ANNA + "/snapshot", "");
        api.post("/api/admin/aggregates/user/" + BEN + "/snapshot", "");
        databases.jdbc().sql("""
                        UPDATE outbox SET processed = true, retry_count = 3, last_error = 'too-large',
                          dead_lettered_at = now()""").update();
        JsonNode stuck = api.get("/api/admin/outbox/stuck").json();
        String event = "/api/admin/outbox/" + stuck.path(0).path("eventId").asString();
        String deadLetter =
                "/api/admin/dead-letters/" + stuck.path(1).path("eventId").asString();

        for (String path : List.of(event, deadLetter)) {
            assertThat(api.send("DELETE", path, null, "Idempotency-Key", "discard")
                            .status())
                    .isEqualTo(204);
            assertThat(api.send("DELETE", path, null, "Idempotency-Key", "discard")
                            .status())
                    .isEqualTo(204);
            assertThat(api.send("DELETE", path, null).status()).isEqualTo(404);
        }
        assertThat(count("outbox")).isZero();
    }

    @Test
    void manyWaitingEventsOfAPausedTypeHideNoStuckEventOfAnotherType() {
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
        assertThat(api.bean(StuckOrDeadLetteredEvents.class).countStuck()).isEqualTo(2);
    }

    /** The followers of an event are not stuck themselves. */
    @Test
    void manyFollowersOfAStuckEventHideNoOtherStuckEventOfTheirShard() {
        databases.jdbc().sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,
                          retry_count, next_attempt_at, created_at)
                        SELECT 5, 'todo', 'hot', n, gen_random_uuid(), 'todo.updated', '{}',
                          CASE WHEN n = 1 THEN 1 ELSE 0 END, CASE WHEN n = 1 THEN now() + INTERVAL '1 hour' END,
                          now() - INTERVAL '10 minutes'
                        FROM generate_series(1, 26) AS n""").update();
        databases.jdbc().sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,
                          created_at)
                        VALUES (5, 'todo', 'other', 1, gen_random_uuid(), 'todo.created', '{}',
                            now() - INTERVAL '5 minutes'),
                          (5, 'todo', 'other', 2, gen_random_uuid(), 'todo.updated', '{}',
                            now() - INTERVAL '5 minutes')""").update();

        JsonNode stuck = api.get("/api/admin/outbox/stuck").json();

        assertThat(stuckAggregates()).containsExactly("hot", "other");
        assertThat(stuck.get(0).path("waitingBehind").intValue()).isEqualTo(25);
        assertThat(stuck.get(1).path("waitingBehind").intValue()).isEqualTo(1);
        assertThat(stuck.get(1).path("eventType").asString("")).isEqualTo("todo.created");
        assertThat(api.bean(StuckOrDeadLetteredEvents.class).countStuck()).isEqualTo(2);
    }

    /**
     * The row has no refused attempt, so no error states that its content is unreadable. A conversion of the test
     * replaces that of the database, which PostgreSQL permits.
     */
    @Test
    void anEventWhosePayloadCannotBeConvertedIsListed() {
        assumeThat(TestServers.vendor()).isEqualTo("postgresql");
        String id = UUID.randomUUID().toString();
        databases
                .jdbc()
                .sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,
                          retry_count, next_attempt_at, created_at, last_error, processed, dead_lettered_at)
                        VALUES (:shard, 'todo', :id, 1, gen_random_uuid(), 'todo.created', '{"unreadable": 1}', 0, NULL,
                            now() - INTERVAL '5 minutes', NULL, false, NULL),
                          (0, 'todo', 'waits', 1, gen_random_uuid(), 'todo.created', '{"unreadable": 1}', 1, now(),
                            now(), 'timeout', false, NULL),
                          (0, 'todo', 'dead-lettered', 1, gen_random_uuid(), 'todo.created', '{"unreadable": 1}', 1, NULL,
                            now(), 'too large', true, now())""")
                .param("shard", Shards.of("todo", id))
                .param("id", id)
                .update();
        databases.jdbc().sql("""
                        CREATE FUNCTION text_of(value jsonb) RETURNS text LANGUAGE plpgsql AS $$
                        BEGIN
                          IF value ->> 'unreadable' IS NOT NULL THEN
                            RAISE 'string buffer exceeds maximum allowed length' USING ERRCODE = '54000';
                          END IF;
                          RETURN value #>> '{}';
                        END $$""").update();
        databases
                .jdbc()
                .sql("CREATE CAST (jsonb AS text) WITH FUNCTION text_of(jsonb)")
                .update();

        assertThat(stuckAggregates()).containsExactly("waits", id, "dead-lettered");
        ReceivedAnswer timeline = api.get("/api/admin/events/" + id);
        assertThat(timeline.status()).as("%s", timeline).isEqualTo(200);
        assertThat(timeline.json().path("events")).hasSize(1);
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
            assertThat(event.path("advice").asString())
                    .contains("retries this event automatically")
                    .contains("To end its wait, retry the event with POST /api/admin/outbox/");
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
}
