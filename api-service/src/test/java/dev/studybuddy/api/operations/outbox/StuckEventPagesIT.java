package dev.studybuddy.api.operations.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ReceivedAnswer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** This test reads the list of the stuck and dead-lettered events page by page. */
class StuckEventPagesIT extends OutboxOperationsFixture {

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
}
