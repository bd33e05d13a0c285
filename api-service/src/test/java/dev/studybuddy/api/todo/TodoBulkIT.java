package dev.studybuddy.api.todo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ReceivedAnswer;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** This test completes and deletes several todos with one request. */
class TodoBulkIT extends TodoFixture {

    @Test
    void severalTodosAreCompletedAndDeletedWithOneAnswerPerTodo() {
        String first = user.post("/api/todos", TODO).text("/id");
        String second = user.post("/api/todos", TODO).text("/id");
        String foreign = api.newUser().post("/api/todos", TODO).text("/id");

        ReceivedAnswer completed = user.post("/api/todos/bulk", bulk("complete", first, foreign, second));

        assertThat(completed.status()).as(completed.body()).isEqualTo(200);
        JsonNode items = completed.json().path("items");
        assertThat(items).extracting(item -> item.path("status").intValue()).containsExactly(200, 404, 200);
        assertThat(items).extracting(item -> item.path("id").asString()).containsExactly(first, foreign, second);
        assertThat(items.get(0).path("todo"))
                .isEqualTo(user.get("/api/todos/" + first).json());
        assertThat(items.get(1).path("problem").path("type").asString()).endsWith("/not-found");
        assertThat(completed.header("X-Consistency-Token")).isNotBlank();
        ReceivedAnswer deleted = user.post("/api/todos/bulk", bulk("delete", first, second));
        assertThat(deleted.json().path("items"))
                .extracting(item -> item.path("version").longValue())
                .containsExactly(3L, 3L);
        assertThat(rows(first))
                .extracting(row -> row.get("event_type"))
                .containsExactly("todo.created", "todo.updated", "todo.deleted");
        assertThat(user.get("/api/todos").json().path("items")).isEmpty();
        assertThat(user.post("/api/todos/bulk", bulk("delete", first)).header("X-Consistency-Token"))
                .isNull();
    }

    @Test
    void aBulkRequestNamesFromOneToTwentyDifferentTodos() {
        String[] ids = new String[21];
        Arrays.setAll(ids, n -> UUID.randomUUID().toString());
        String id = ids[0];

        assertThat(user.post("/api/todos/bulk", bulk("complete")).status()).isEqualTo(400);
        assertThat(user.post("/api/todos/bulk", bulk("complete", ids)).status()).isEqualTo(400);
        assertThat(user.post("/api/todos/bulk", bulk("complete", id, id)).status())
                .isEqualTo(400);
        ReceivedAnswer differentCase = user.post("/api/todos/bulk", bulk("complete", id, id.toUpperCase(Locale.ROOT)));
        assertThat(differentCase.text("/errors/0/message")).isEqualTo("must not contain an element twice");
        ReceivedAnswer rejected = user.post("/api/todos/bulk", bulk("finish", "x"));
        assertThat(rejected.json().path("errors"))
                .extracting(fault -> fault.path("field").asString())
                .containsExactlyInAnyOrder("action", "ids[0]");
    }
}
