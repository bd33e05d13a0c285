package dev.studybuddy.api.todo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ReceivedAnswer;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** This test creates todos of a user who has many subjects. */
class TodoSubjectsIT extends TodoFixture {

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

    private long subjects(UUID id, String condition) {
        return api.sql()
                .sql("SELECT count(*) FROM subjects WHERE user_id = CAST(:id AS uuid) AND " + condition)
                .param("id", id.toString())
                .query(Long.class)
                .single();
    }
}
