package dev.studybuddy.api.todo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ReceivedAnswer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** This test schedules todos for days inside and outside of the years that events may have. */
class TodoScheduleIT extends TodoFixture {

    @ParameterizedTest
    @ValueSource(strings = {"0026-11-28", "1999-12-31", "2201-01-01", "9999-12-31"})
    void aTodoIsScheduledOnlyInTheYearsOfEvents(String day) {
        String outside = "{\"scheduledFor\": \"" + day + "\"}";
        ReceivedAnswer rejected = user.post("/api/todos", TODO.replace("{", "{\"scheduledFor\": \"" + day + "\","));
        assertThat(rejected.status()).isEqualTo(400);
        assertThat(rejected.text("/errors/0/field")).isEqualTo("scheduledFor");
        assertThat(rejected.text("/errors/0/message")).isEqualTo("must be a date in the years 2000 to 2200, or null");

        String path = "/api/todos/" + user.post("/api/todos", TODO).text("/id");
        ReceivedAnswer unchanged = user.patch(path, outside);
        assertThat(unchanged.status()).isEqualTo(400);
        assertThat(unchanged.text("/errors/0/field")).isEqualTo("scheduledFor");
        assertThat(user.patch(path, "{\"scheduledFor\": \"2000-01-01\"}").status())
                .isEqualTo(200);
        assertThat(user.patch(path, "{\"scheduledFor\": \"2200-12-31\"}").status())
                .isEqualTo(200);
        assertThat(user.get("/api/todos?from=" + day + "&to=" + day).status()).isEqualTo(200);
    }

    @Test
    void aTodoFromBeforeTheLimitOfYearsMustBeCorrectedFirst() {
        String id = user.post("/api/todos", TODO).text("/id");
        String other = user.post("/api/todos", TODO).text("/id");
        schedule(id, "'0026-11-28'");

        ReceivedAnswer patched = user.patch("/api/todos/" + id, "{\"completed\": true}");
        ReceivedAnswer bulk = user.post("/api/todos/bulk", bulk("complete", id, other));

        assertThat(patched.status()).isEqualTo(400);
        assertThat(patched.text("/errors/0/field")).isEqualTo("scheduledFor");
        assertThat(bulk.status()).as(bulk.body()).isEqualTo(200);
        assertThat(bulk.json().path("items"))
                .extracting(item -> item.path("status").intValue())
                .containsExactly(400, 200);
        assertThat(bulk.text("/items/0/problem/type")).endsWith("/invalid-request");
        assertThat(bulk.text("/items/0/problem/detail"))
                .contains("scheduledFor must be a date in the years 2000 to 2200");
        assertThat(rows(id)).hasSize(1);
        assertThat(user.patch("/api/todos/" + id, "{\"completed\": true, \"scheduledFor\": null}")
                        .status())
                .isEqualTo(200);
        schedule(id, "'0026-11-28'");
        assertThat(user.delete("/api/todos/" + id).status()).isEqualTo(204);
    }

    @Test
    void anOperatorCorrectsATodoWithSqlAndASnapshot() {
        String id = user.post("/api/todos", TODO).text("/id");
        schedule(id, "'0026-11-28'");

        // The runbook for differing databases names this statement.
        schedule(id, "NULL, version = version + 1, updated_at = now()");
        assertThat(api.demo()
                        .post("/api/admin/aggregates/todo/" + id + "/snapshot", "")
                        .status())
                .isLessThan(300);

        assertThat(rows(id)).extracting(row -> row.get("aggregate_version")).containsExactly(1L, 2L);
        assertThat(json(rows(id).getLast(), "payload").path("scheduledFor").isNull())
                .isTrue();
        assertThat(user.get("/api/todos/" + id).header("ETag")).isEqualTo("\"2\"");
    }

    private void schedule(String id, String assignment) {
        api.sql()
                .sql("UPDATE todos SET scheduled_for = " + assignment + " WHERE id = CAST(:id AS uuid)")
                .param("id", id)
                .update();
    }
}
