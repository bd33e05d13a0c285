package dev.studybuddy.api.subject;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.Answer;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** This test sends changes of subjects while another instance runs a job of the same kind, so that they wait. */
class WaitingSubjectChangesIT {

    private static TestDatabase database;
    private static RunningApi api;

    private Client user;
    private UUID userId;

    @BeforeAll
    static void start() {
        database = TestServers.newDatabase();
        api = RunningApi.on(
                database.url(),
                Map.of(
                        "spring.datasource.username", database.username(),
                        "spring.datasource.password", database.password()));
    }

    @AfterAll
    static void stop() {
        api.close();
        database.close();
    }

    @BeforeEach
    void occupyTheKind() {
        user = api.newUser();
        userId = UUID.fromString(user.get("/api/users/me").text("/id"));
        api.sql()
                .sql(
                        "INSERT INTO jobs (id, kind, state, lease_owner, lease_epoch, lease_expires_at, started_at)"
                                + " VALUES (gen_random_uuid(), :kind, 'running', 'another', 1, now() + INTERVAL '1 hour', now())")
                .param("kind", SubjectChangeJob.kind(userId))
                .update();
    }

    @AfterEach
    void cancelAll() {
        api.sql()
                .sql("UPDATE jobs SET state = 'cancelled', finished_at = now() WHERE state IN ('queued', 'running')")
                .update();
    }

    @Test
    void manyJobsOfOtherUsersDoNotHideTheUnfinishedChangesOfAUser() {
        api.sql()
                .sql(
                        "INSERT INTO jobs (id, kind, state, settings, created_at) SELECT gen_random_uuid(), :kind, 'queued',"
                                + " CAST('{\"user\":\"' || gen_random_uuid() || '\",\"from\":[\"a\"],\"to\":\"b\"}' AS jsonb),"
                                + " now() - INTERVAL '1 minute' FROM generate_series(1, 100)")
                .param("kind", SubjectChangeJob.kind(userId))
                .update();
        addTodo("Math");
        for (int number = 0; number < 5; number++) {
            assertThat(rename("Math", "Math " + number).status()).isEqualTo(202);
        }

        Answer sixth = rename("Math", "Math 5");

        assertThat(sixth.status()).isEqualTo(409);
        assertThat(sixth.problem()).isEqualTo("subject-changes-unfinished");
    }

    @Test
    void aChangeReportsNoTextOfTheErrorOfItsJob() {
        addTodo("Math");
        String change = String.valueOf(rename("Math", "Maths").header("Location"));
        setJob(change, "error = 'org.postgresql.util.PSQLException: UPDATE todos SET subject'");
        Answer retried = user.get(change);
        assertThat(retried.text("/state")).isEqualTo("queued");
        assertThat(retried.json().path("error").isNull()).isTrue();

        setJob(change, "state = 'failed', finished_at = now()");

        Answer failed = user.get(change);
        assertThat(failed.text("/state")).isEqualTo("failed");
        assertThat(failed.text("/error"))
                .startsWith("The service failed before each todo and session had the new subject.")
                .doesNotContain("UPDATE", "Exception");
    }

    private static void setJob(String change, String assignments) {
        int updated = api.sql()
                .sql("UPDATE jobs SET " + assignments + " WHERE id = CAST(:id AS uuid)")
                .param("id", change.substring(change.lastIndexOf('/') + 1))
                .update();
        assertThat(updated).isOne();
    }

    private void addTodo(String subject) {
        String todo = "{\"title\":\"t\",\"subject\":\"" + subject + "\",\"difficulty\":\"easy\",\"questionsTarget\":1}";
        assertThat(user.post("/api/todos", todo).status()).isEqualTo(201);
    }

    private Answer rename(String from, String to) {
        return user.post("/api/subjects/rename", "{\"from\":\"" + from + "\",\"to\":\"" + to + "\"}");
    }
}
