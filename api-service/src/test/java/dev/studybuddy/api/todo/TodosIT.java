package dev.studybuddy.api.todo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RepeatedRounds;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.outbox.Shards;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TodosIT {

    private static final String TODO = """
            {"title": "  Read chapter 3 ", "subject": "Math", "difficulty": "easy", "questionsTarget": 10}
            """;

    private final RunningApi api = RunningApi.shared();
    private final Client user = api.newUser();

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
    void the501stSubjectIsRejectedAndItsTodoIsNotWritten() {
        UUID id = UUID.fromString(user.get("/api/users/me").text("/id"));
        api.sql()
                .sql("INSERT INTO subjects (user_id, subject) SELECT CAST(:id AS uuid), 's' || n"
                        + " FROM generate_series(1, 499) AS n")
                .param("id", id.toString())
                .update();
        api.sql()
                .sql(
                        "INSERT INTO study_sessions (id, user_id, subject, session_type, minutes, completed_at, completed_on,"
                                + " version, created_at, updated_at) SELECT gen_random_uuid(), user_id, subject, 'manual', 5,"
                                + " now(), CURRENT_DATE, 1, now(), now() FROM subjects WHERE user_id = CAST(:id AS uuid)")
                .param("id", id.toString())
                .update();

        assertThat(user.post("/api/todos", TODO).status()).isEqualTo(201);
        ReceivedAnswer rejected = user.post("/api/todos", TODO.replace("Math", "Art"));

        assertThat(rejected.status()).isEqualTo(422);
        assertThat(rejected.problem()).isEqualTo("too-many-subjects");
        assertThat(user.post("/api/todos", TODO.replace("Math", "s7")).status()).isEqualTo(201);
        assertThat(user.get("/api/todos").json().path("items")).hasSize(2);
    }

    @Test
    void aSubjectThatNoTodoHasAnyLongerIsFreed() {
        UUID id = UUID.fromString(user.get("/api/users/me").text("/id"));
        api.sql()
                .sql("INSERT INTO subjects (user_id, subject) SELECT CAST(:id AS uuid), 's' || n"
                        + " FROM generate_series(1, 500) AS n")
                .param("id", id.toString())
                .update();

        assertThat(user.post("/api/todos", TODO).status()).isEqualTo(201);

        assertThat(subjects(id, "NOT freed")).isEqualTo(1);
        assertThat(subjects(id, "freed")).isEqualTo(500);
        assertThat(user.get("/api/subjects").json().path("items"))
                .extracting(item -> item.path("subject").asString())
                .containsExactly("Math");
    }

    @Test
    void aUserWhoHasUsed5000SubjectsCanUseOnlyThese() {
        UUID id = UUID.fromString(user.get("/api/users/me").text("/id"));
        assertThat(user.post("/api/todos", TODO).status()).isEqualTo(201);
        api.sql()
                .sql("INSERT INTO subjects (user_id, subject, freed) SELECT CAST(:id AS uuid), 's' || n, true"
                        + " FROM generate_series(1, 4999) AS n")
                .param("id", id.toString())
                .update();

        ReceivedAnswer rejected = user.post("/api/todos", TODO.replace("Math", "Art"));

        assertThat(rejected.status()).isEqualTo(422);
        assertThat(rejected.problem()).isEqualTo("too-many-subjects");
        assertThat(rejected.text("/detail")).contains("5000 different subjects");
        assertThat(user.post("/api/sessions", "{\"minutes\": 5, \"subject\": \"Art\"}")
                        .problem())
                .isEqualTo("too-many-subjects");
        assertThat(subjects(id, "subject = 'Art'")).isZero();
        assertThat(user.post("/api/todos", TODO.replace("Math", "s7")).status()).isEqualTo(201);
        assertThat(subjects(id, "NOT freed")).isEqualTo(2);
        assertThat(subjects(id, "freed")).isEqualTo(4998);
        assertThat(user.get("/api/subjects").json().path("items"))
                .extracting(item -> item.path("subject").asString())
                .containsExactly("Math", "s7");
    }

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

    private long subjects(UUID id, String condition) {
        return api.sql()
                .sql("SELECT count(*) FROM subjects WHERE user_id = CAST(:id AS uuid) AND " + condition)
                .param("id", id.toString())
                .query(Long.class)
                .single();
    }

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

    private static String bulk(String action, String... ids) {
        String list =
                String.join(",", Arrays.stream(ids).map(id -> '"' + id + '"').toList());
        return "{\"action\":\"" + action + "\",\"ids\":[" + list + "]}";
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

    private List<Map<String, Object>> rows(String id) {
        return api.sql()
                .sql(
                        "SELECT shard, event_type, aggregate_version, CAST(payload AS text) AS payload,"
                                + " CAST(headers AS text) AS headers FROM outbox WHERE aggregate_id = :id ORDER BY aggregate_version")
                .param("id", id)
                .query()
                .listOfRows();
    }

    private static JsonNode json(Map<String, Object> row, String column) {
        return new JsonMapper().readTree(String.valueOf(row.get(column)));
    }
}
