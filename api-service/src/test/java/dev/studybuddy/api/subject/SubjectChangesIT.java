package dev.studybuddy.api.subject;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiWithReadModel;
import dev.studybuddy.api.testing.ReceivedAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** This test lists, renames and merges subjects on a database of its own, because the job waits for the outbox. */
class SubjectChangesIT extends ApiWithReadModel {

    @Test
    void subjectsAreRenamedAndMergedWithOneVersionAndOneEventPerRow() {
        String[] ben = api.authorizationOf(BEN);
        databases
                .jdbc()
                .sql("INSERT INTO subjects (user_id, subject) SELECT DISTINCT user_id, subject FROM study_sessions"
                        + " UNION SELECT DISTINCT user_id, subject FROM todos")
                .update();
        for (int n = 0; n < 3; n++) {
            databases.session(BEN, "Physics", 5, DAY);
        }
        assertThat(subjects(ben)).containsExactly("Math", "Physics");

        ReceivedAnswer renamed = api.post("/api/subjects/rename", "{\"from\":\"Physics\",\"to\":\"Physik\"}", ben);
        assertThat(renamed.status()).as(renamed.body()).isEqualTo(202);
        JsonNode done = awaitDone(Objects.requireNonNull(renamed.header("Location")), ben);

        assertThat(done.path("state").asString()).as("%s", done).isEqualTo("done");
        assertThat(done.path("done").intValue()).isEqualTo(4);
        assertThat(subjects(ben)).containsExactly("Math", "Physik");
        List<Map<String, Object>> events = databases
                .jdbc()
                .sql("SELECT aggregate_version, payload ->> 'subject' AS subject FROM outbox"
                        + " WHERE event_type = 'session.updated'")
                .query()
                .listOfRows();
        assertThat(events).hasSize(4).allSatisfy(event -> {
            assertThat(event.get("aggregate_version")).isEqualTo(2L);
            assertThat(event.get("subject")).isEqualTo("Physik");
        });
        assertThat(count("study_sessions WHERE subject = 'Physik' AND version = 2"))
                .isEqualTo(4);

        assertThat(api.post("/api/subjects/rename", "{\"from\":\"Math\",\"to\":\"Physik\"}", ben)
                        .problem())
                .isEqualTo("subject-exists");
        ReceivedAnswer merged =
                api.post("/api/subjects/merge", "{\"from\":[\"Math\",\"Physik\"],\"to\":\"Science\"}", ben);
        assertThat(awaitDone(Objects.requireNonNull(merged.header("Location")), ben)
                        .path("done")
                        .intValue())
                .isEqualTo(5);
        assertThat(subjects(ben)).containsExactly("Science");
        assertThat(count("outbox WHERE event_type = 'todo.updated' AND aggregate_version = 3"))
                .isEqualTo(1);
        assertThat(count("study_sessions WHERE subject = 'Math' AND version = 1"))
                .as("the session of another user")
                .isEqualTo(1);
        assertThat(api.get(Objects.requireNonNull(merged.header("Location")), api.authorizationOf(ANNA))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aBacklogOfAnotherTypeDoesNotDelayAChange() {
        databases.jdbc().sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload)
                        SELECT n % 64, 'user', 'paused-' || n, 1, gen_random_uuid(), 'user.updated', '{}'
                        FROM generate_series(1, 1200) AS n""").update();
        databases
                .jdbc()
                .sql("INSERT INTO subjects (user_id, subject) VALUES (CAST(? AS uuid), 'Physics')")
                .param(BEN)
                .update();
        String[] ben = api.authorizationOf(BEN);

        ReceivedAnswer renamed = api.post("/api/subjects/rename", "{\"from\":\"Physics\",\"to\":\"Physik\"}", ben);

        JsonNode done = awaitDone(Objects.requireNonNull(renamed.header("Location")), ben);
        assertThat(done.path("state").asString()).as("%s", done).isEqualTo("done");
        assertThat(done.path("done").intValue()).isEqualTo(1);
    }

    @Test
    void aLargeChangeWaitsUntilItsEventsArePublished() {
        String[] ben = api.authorizationOf(BEN);
        insertTodos("Large", 1200);

        ReceivedAnswer renamed = api.post("/api/subjects/rename", "{\"from\":\"Large\",\"to\":\"Larger\"}", ben);
        Awaitility.await().atMost(TIMEOUT).until(() -> count("outbox") >= 1000);
        assertThat(count("outbox")).isEqualTo(1000);
        assertThat(count("todos WHERE subject = 'Large' AND version = 1")).isEqualTo(200);
        databases
                .jdbc()
                .sql("UPDATE outbox SET processed = true, processed_at = now()")
                .update();

        JsonNode done = awaitDone(Objects.requireNonNull(renamed.header("Location")), ben);
        assertThat(done.path("done").intValue()).as("%s", done).isEqualTo(1200);
        assertThat(count("(SELECT DISTINCT aggregate_id FROM outbox WHERE aggregate_version = 2) e"))
                .isEqualTo(1200);
    }

    @Test
    void aSmallChangeWaitsUntilTheEventsOfEarlierChangesArePublished() {
        String[] ben = api.authorizationOf(BEN);
        insertTodos("Large", 500);
        insertTodos("A", 1);
        insertTodos("B", 1);
        ReceivedAnswer renamed = api.post("/api/subjects/rename", "{\"from\":\"Large\",\"to\":\"Larger\"}", ben);
        JsonNode first = awaitDone(Objects.requireNonNull(renamed.header("Location")), ben);
        assertThat(first.path("done").intValue()).as("%s", first).isEqualTo(500);

        ReceivedAnswer merged = api.post("/api/subjects/merge", "{\"from\":[\"A\",\"B\"],\"to\":\"C\"}", ben);

        Awaitility.await().atMost(TIMEOUT).until(() -> count("jobs WHERE result ->> 'waitsFor' IS NOT NULL") == 1);
        assertThat(count("outbox")).isEqualTo(501);
        databases
                .jdbc()
                .sql("UPDATE outbox SET processed = true, processed_at = now()")
                .update();
        JsonNode second = awaitDone(Objects.requireNonNull(merged.header("Location")), ben);
        assertThat(second.path("done").intValue()).as("%s", second).isEqualTo(2);
    }

    /** The event of the first change stays pending, and the events of the second one are published. */
    @Test
    void aBlockedEventOfAnEarlierChangeDoesNotStopAChange() {
        String[] ben = api.authorizationOf(BEN);
        databases.session(BEN, "Small", 5, DAY);
        insertSubject("Small");
        insertTodos("Large", 500);
        ReceivedAnswer small = api.post("/api/subjects/rename", "{\"from\":\"Small\",\"to\":\"Smaller\"}", ben);
        JsonNode first = awaitDone(Objects.requireNonNull(small.header("Location")), ben);
        assertThat(first.path("done").intValue()).as("%s", first).isOne();

        ReceivedAnswer large = api.post("/api/subjects/rename", "{\"from\":\"Large\",\"to\":\"Larger\"}", ben);

        String waiting = "jobs WHERE result ->> 'waitsFor' LIKE 'Events of the type todo and of the type session%'";
        Awaitility.await().atMost(TIMEOUT).until(() -> count(waiting) == 1);
        assertThat(count("outbox")).isEqualTo(501);
        databases
                .jdbc()
                .sql("UPDATE outbox SET processed = true, processed_at = now() WHERE event_type = 'todo.updated'")
                .update();
        JsonNode second = awaitDone(Objects.requireNonNull(large.header("Location")), ben);
        assertThat(second.path("done").intValue()).as("%s", second).isEqualTo(500);
        assertThat(count("outbox WHERE processed = false")).isOne();
    }

    private void insertTodos(String subject, int number) {
        databases
                .jdbc()
                .sql("INSERT INTO todos (id, user_id, title, subject, difficulty, version, created_at, updated_at)"
                        + " SELECT gen_random_uuid(), CAST(? AS uuid), 't', ?, 'easy', 1, now(), now()"
                        + " FROM generate_series(1, CAST(? AS INTEGER))")
                .params(BEN, subject, number)
                .update();
        insertSubject(subject);
    }

    private void insertSubject(String subject) {
        databases
                .jdbc()
                .sql("INSERT INTO subjects (user_id, subject) VALUES (CAST(? AS uuid), ?)")
                .params(BEN, subject)
                .update();
    }

    @Test
    void anInvalidChangeOfSubjectsIsRejected() {
        String[] ben = api.authorizationOf(BEN);

        assertThat(api.post("/api/subjects/rename", "{\"from\":\"None\",\"to\":\"x\"}", ben)
                        .problem())
                .isEqualTo("not-found");
        assertThat(api.post("/api/subjects/rename", "{\"from\":\"Math\",\"to\":\"Math\"}", ben)
                        .status())
                .isEqualTo(400);
        assertThat(api.post("/api/subjects/merge", "{\"from\":[],\"to\":\"\"}", ben)
                        .json()
                        .path("errors"))
                .extracting(fault -> fault.path("field").asString())
                .containsExactlyInAnyOrder("from", "to");
        assertThat(api.get("/api/subjects?limit=0&cursor=%2F", ben).json().path("errors"))
                .extracting(fault -> fault.path("field").asString())
                .containsExactlyInAnyOrder("limit", "cursor");
    }

    private List<String> subjects(String[] caller) {
        ArrayList<String> found = new ArrayList<>();
        String cursor = "";
        do {
            ReceivedAnswer page = api.get("/api/subjects?limit=1" + cursor, caller);
            page.json()
                    .path("items")
                    .forEach(item -> found.add(item.path("subject").asString()));
            cursor = page.json().path("nextCursor").isNull() ? "" : "&cursor=" + page.text("/nextCursor");
        } while (!cursor.isEmpty());
        return found;
    }

    private JsonNode awaitDone(String location, String[] caller) {
        return Awaitility.await()
                .atMost(TIMEOUT)
                .until(
                        () -> api.get(location, caller).json(),
                        job -> !job.path("finishedAt").isNull());
    }
}
