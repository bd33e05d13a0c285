package dev.studybuddy.api.todo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RepeatedRounds;
import dev.studybuddy.outbox.Shards;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** This test creates, changes, lists and deletes single todos. */
class TodosIT extends TodoFixture {

    @Test
    void creatingATodoReturnsItsLocationItsETagAndAToken() {
        ReceivedAnswer created = user.post("/api/todos", TODO);

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.header("Location")).isEqualTo("/api/todos/" + created.text("/id"));
        assertThat(created.header("ETag")).isEqualTo("\"1\"");
        assertThat(created.header("X-Consistency-Token")).isNotBlank();
        assertThat(created.text("/title")).isEqualTo("Read chapter 3");
        assertThat(created.text("/createdAt")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
        ReceivedAnswer read = user.get("/api/todos/" + created.text("/id"));
        assertThat(read.json()).isEqualTo(created.json());
        assertThat(read.header("ETag")).isEqualTo("\"1\"");
    }

    @Test
    void everyChangeWritesOneEventWithTheWholeStateAndTheNextVersion() {
        ReceivedAnswer created =
                user.post("/api/todos", TODO, "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        String id = created.text("/id");
        ReceivedAnswer completed = user.patch("/api/todos/" + id, "{\"completed\": true, \"questionsCompleted\": 7}");
        assertThat(user.delete("/api/todos/" + id).status()).isEqualTo(204);

        List<Map<String, Object>> rows = rows(id);
        assertThat(rows)
                .extracting(row -> row.get("event_type"))
                .containsExactly("todo.created", "todo.updated", "todo.deleted");
        assertThat(rows).extracting(row -> row.get("aggregate_version")).containsExactly(1L, 2L, 3L);
        assertThat(rows)
                .extracting(row -> ((Number) Objects.requireNonNull(row.get("shard"))).intValue())
                .containsOnly(Shards.of("todo", id));
        assertThat(json(rows.get(1), "payload")).isEqualTo(completed.json());
        assertThat(json(rows.get(2), "payload").toString()).contains("\"deleted\":true");
        JsonNode headers = json(rows.get(0), "headers");
        assertThat(headers.path("schemaversion").asString()).isEqualTo("1");
        assertThat(headers.path("traceparent").asString())
                .matches("00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-0[01]");
    }

    @Test
    void completingATodoAgainKeepsItsDayAndReopeningItClearsTheDay() {
        String path = "/api/todos/" + user.post("/api/todos", TODO).text("/id");
        ReceivedAnswer first = user.patch(path, "{\"completed\": true}");
        assertThat(first.json().path("completedOn").isNull()).isFalse();

        ReceivedAnswer repeated = user.patch(path, "{\"completed\": true}");
        assertThat(repeated.json()).isEqualTo(first.json());
        assertThat(repeated.header("ETag")).isEqualTo("\"2\"");

        ReceivedAnswer reopened = user.patch(path, "{\"completed\": false}");
        assertThat(reopened.json().path("completedOn").isNull()).isTrue();
        assertThat(reopened.json().path("completedAt").isNull()).isTrue();
    }

    @Test
    void aPatchThatChangesNothingWritesNoEvent() {
        ReceivedAnswer created = user.post("/api/todos", TODO);
        String id = created.text("/id");

        ReceivedAnswer same = user.patch("/api/todos/" + id, "{\"title\": \"Read chapter 3\"}");

        assertThat(same.status()).isEqualTo(200);
        assertThat(same.json()).isEqualTo(created.json());
        assertThat(rows(id)).hasSize(1);
    }

    @Test
    void nullClearsOptionalFieldsAndIsRejectedForRequiredFields() {
        String path = "/api/todos/"
                + user.post(
                                "/api/todos",
                                "{\"title\":\"t\",\"subject\":\"Math\",\"difficulty\":\"easy\",\"questionsTarget\":1,"
                                        + "\"scheduledFor\":\"2027-01-01\"}")
                        .text("/id");
        ReceivedAnswer cleared = user.call(
                "PATCH",
                path,
                "{\"scheduledFor\": null, \"subject\": null}",
                "Content-Type",
                "application/merge-patch+json");
        assertThat(cleared.json().path("scheduledFor").isNull()).isTrue();
        assertThat(cleared.text("/subject")).isEmpty();

        ReceivedAnswer rejected = user.patch(path, "{\"title\": null, \"completed\": null}");
        assertThat(rejected.status()).isEqualTo(400);
        assertThat(rejected.json().path("errors")).hasSize(2);
    }

    @Test
    void anOutdatedIfMatchReturns412AndAMalformedOneReturns400() {
        String path = "/api/todos/" + user.post("/api/todos", TODO).text("/id");

        assertThat(user.patch(path, "{\"title\": \"a\"}", "If-Match", "\"2\"").status())
                .isEqualTo(412);
        assertThat(user.patch(path, "{\"title\": \"a\"}", "If-Match", "W/\"1\"").problem())
                .isEqualTo("precondition-failed");
        assertThat(user.patch(path, "{\"title\": \"a\"}", "If-Match", "1").status())
                .isEqualTo(400);
        assertThat(user.delete(path, "If-Match", "\"7\"").status()).isEqualTo(412);
        assertThat(user.patch(path, "{\"title\": \"a\"}", "If-Match", "*").status())
                .isEqualTo(200);
        assertThat(user.patch(path, "{\"title\": \"b\"}", "If-Match", "\"2\"").status())
                .isEqualTo(200);
    }

    @Test
    void todosAreListedInPagesNewestFirstAndFiltered() {
        List<String> created = new ArrayList<>();
        for (int n = 0; n < 5; n++) {
            created.addFirst(user.post("/api/todos", TODO.replace("Math", n == 0 ? "Art" : "Math"))
                    .text("/id"));
        }
        user.patch("/api/todos/" + created.get(1), "{\"completed\": true}");

        List<String> listed = new ArrayList<>();
        String cursor = "";
        do {
            ReceivedAnswer page = user.get("/api/todos?limit=2" + cursor);
            page.json().path("items").forEach(item -> listed.add(item.path("id").asString()));
            cursor = page.json().path("nextCursor").isNull() ? "" : "&cursor=" + page.text("/nextCursor");
        } while (!cursor.isEmpty());

        assertThat(listed).isEqualTo(created);
        assertThat(user.get("/api/todos?completed=true").json().path("items")).hasSize(1);
        assertThat(user.get("/api/todos?subject=Art").json().path("items")).hasSize(1);
        assertThat(user.get("/api/todos?limit=0").status()).isEqualTo(400);
        assertThat(user.get("/api/todos?limit=201").status()).isEqualTo(400);
        assertThat(user.get("/api/todos?cursor=x").status()).isEqualTo(400);
        assertThat(user.get("/api/todos?completed=perhaps").status()).isEqualTo(400);
        assertThat(user.get("/api/todos?subject=%00").status()).isEqualTo(400);
        assertThat(user.get("/api/todos?limit=0&completed=maybe&cursor=x")
                        .json()
                        .path("errors"))
                .extracting(fault -> fault.path("field").asString())
                .containsExactlyInAnyOrder("limit", "completed", "cursor");
    }

    @Test
    void concurrentPatchesOfATodoAllSucceedAndLeaveNoGapInItsVersions() throws Exception {
        String id = RepeatedRounds.firstThatPasses(this::patchConcurrently);

        assertThat(rows(id))
                .extracting(row -> row.get("aggregate_version"))
                .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L);
    }

    /** Creates a todo, sends patches of it at the same time, and returns its id. Fails if one of them is rejected. */
    private String patchConcurrently() throws Exception {
        String id = user.post("/api/todos", TODO).text("/id");
        // A client that repeats requests would hide that the service rejects them at once.
        Client once = user.withoutRetries();
        List<Callable<ReceivedAnswer>> patches = new ArrayList<>();
        for (int n = 1; n <= 12; n++) {
            String body = "{\"questionsCompleted\": " + n + "}";
            patches.add(() -> once.patch("/api/todos/" + id, body));
        }
        try (ExecutorService pool = Executors.newFixedThreadPool(patches.size())) {
            for (Future<ReceivedAnswer> patch : pool.invokeAll(patches)) {
                assertThat(patch.get().status()).isEqualTo(200);
            }
        }
        return id;
    }

    @Test
    void aTodoOfAnotherUserIsNotFound() {
        String path = "/api/todos/" + user.post("/api/todos", TODO).text("/id");
        Client other = api.newUser();

        assertThat(other.get(path).problem()).isEqualTo("not-found");
        assertThat(other.patch(path, "{\"title\": \"mine\"}").status()).isEqualTo(404);
        assertThat(other.delete(path).status()).isEqualTo(404);
        assertThat(other.get("/api/todos").json().path("items")).isEmpty();
        assertThat(api.demo().get(path).status()).isEqualTo(404);
        assertThat(user.get(path).text("/title")).isEqualTo("Read chapter 3");
    }

    @Test
    void aChangeWhoseEventCannotBeWrittenIsNotMade() {
        String id = user.post("/api/todos", TODO).text("/id");
        api.sql()
                .sql("ALTER TABLE outbox ADD CONSTRAINT reject_one CHECK (aggregate_id <> '" + id
                        + "' OR aggregate_version < 2)")
                .update();
        try {
            ReceivedAnswer failed = user.patch("/api/todos/" + id, "{\"title\": \"changed\"}");
            assertThat(failed.status()).isEqualTo(500);
            assertThat(failed.problem()).isEqualTo("internal-error");
        } finally {
            api.sql().sql("ALTER TABLE outbox DROP CONSTRAINT reject_one").update();
        }

        assertThat(user.get("/api/todos/" + id).text("/title")).isEqualTo("Read chapter 3");
        assertThat(rows(id)).hasSize(1);
    }
}
