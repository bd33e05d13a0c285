package dev.studybuddy.api.subject;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** This test sends changes of subjects while another instance runs a job of the same kind, so that they wait. */
class WaitingSubjectChangesIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** The deletions of users run in this many kinds of jobs. */
    private static final int DELETION_KINDS = 4;

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
        occupy(SubjectChangeJob.kind(userId));
    }

    private static void occupy(String kind) {
        api.sql()
                .sql(
                        "INSERT INTO jobs (id, kind, state, lease_owner, lease_epoch, lease_expires_at, started_at)"
                                + " VALUES (gen_random_uuid(), :kind, 'running', 'another', 1, now() + INTERVAL '1 hour', now())")
                .param("kind", kind)
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

        ReceivedAnswer sixth = rename("Math", "Math 5");

        assertThat(sixth.status()).isEqualTo(409);
        assertThat(sixth.problem()).isEqualTo("subject-changes-unfinished");
    }

    @Test
    void aChangeReportsNoTextOfTheErrorOfItsJob() {
        addTodo("Math");
        String change = String.valueOf(rename("Math", "Maths").header("Location"));
        setJob(change, "error = 'org.postgresql.util.PSQLException: UPDATE todos SET subject'");
        ReceivedAnswer retried = user.get(change);
        assertThat(retried.text("/state")).isEqualTo("queued");
        assertThat(retried.json().path("error").isNull()).isTrue();

        setJob(change, "state = 'failed', finished_at = now()");

        ReceivedAnswer failed = user.get(change);
        assertThat(failed.text("/state")).isEqualTo("failed");
        assertThat(failed.text("/error"))
                .startsWith("The service failed before all todos and sessions had the new subject.")
                .doesNotContain("UPDATE", "Exception");
        assertThat(failed.text("/problem/type")).endsWith("/internal-error");
        assertThat(failed.text("/problem/detail")).isEqualTo(failed.text("/error"));
    }

    @Test
    void aRenameToTheTargetOfAnUnfinishedChangeIsRejected() {
        addTodo("Math");
        addTodo("Algebra");
        addTodo("Geometry");
        assertThat(rename("Math", "Maths").status()).isEqualTo(202);

        ReceivedAnswer second = rename("Algebra", "Maths");

        assertThat(second.status()).isEqualTo(409);
        assertThat(second.problem()).isEqualTo("subject-exists");
        assertThat(rename("Algebra", "Algebra 1").status()).isEqualTo(202);
        assertThat(user.post("/api/subjects/merge", "{\"from\":[\"Geometry\"],\"to\":\"Maths\"}")
                        .status())
                .isEqualTo(202);
    }

    @Test
    void aRenameWhoseTargetExistsWhenItBeginsChangesNothing() {
        addTodo("Math");
        String change = String.valueOf(rename("Math", "Maths").header("Location"));
        addTodo("Maths");

        release();

        ReceivedAnswer failed = awaitFinished(change);
        assertThat(failed.text("/state")).isEqualTo("failed");
        assertThat(failed.text("/error")).contains("nothing was changed", "/api/subjects/merge");
        assertThat(failed.text("/problem/type")).endsWith("/subject-exists");
        assertThat(failed.json().path("problem").path("status").intValue()).isEqualTo(409);
        assertThat(user.get("/api/todos?subject=Math").json().path("items")).hasSize(1);
        assertThat(user.get("/api/todos?subject=Maths").json().path("items")).hasSize(1);
    }

    @Test
    void aRenameThatHasBegunContinuesAlthoughItsTargetExists() {
        addTodo("Math");
        addTodo("Math");
        String change = String.valueOf(rename("Math", "Maths").header("Location"));
        // The process of an earlier attempt ended after its first batch.
        setJob(change, "cursor_position = 'begun'");
        addTodo("Maths");

        release();

        ReceivedAnswer finished = awaitFinished(change);
        assertThat(finished.text("/state")).as(finished.body()).isEqualTo("done");
        assertThat(finished.json().path("done").intValue()).isEqualTo(2);
        assertThat(finished.json().path("problem").isNull()).isTrue();
        assertThat(user.get("/api/todos?subject=Maths").json().path("items")).hasSize(3);
    }

    @Test
    void aRenameThatAnEarlierVersionOfTheServiceBeganContinues() {
        addTodo("Math");
        addTodo("Maths");
        String change = String.valueOf(user.post("/api/subjects/merge", "{\"from\":[\"Math\"],\"to\":\"Maths\"}")
                .header("Location"));
        // An earlier version of the service recorded the number of changed rows, and no cursor.
        setJob(change, "done = 1, settings = jsonb_set(settings, '{rename}', 'true')");

        release();

        ReceivedAnswer finished = awaitFinished(change);
        assertThat(finished.text("/state")).as(finished.body()).isEqualTo("done");
        assertThat(finished.json().path("done").intValue()).isEqualTo(2);
    }

    @Test
    void aDeletedUserChangesNoSubjectAlthoughTheirTodosStillExist() {
        addTodo("Math");
        addTodo("Physics");
        for (int number = 0; number < DELETION_KINDS; number++) {
            occupy("user-deletion/" + number);
        }
        assertThat(user.delete("/api/users/me").status()).isEqualTo(204);

        assertThat(rename("Math", "Maths").problem()).isEqualTo("not-found");
        assertThat(user.post("/api/subjects/merge", "{\"from\":[\"Math\"],\"to\":\"Physics\"}")
                        .problem())
                .isEqualTo("not-found");
        assertThat(api.sql()
                        .sql("SELECT count(*) FROM todos WHERE user_id = :user")
                        .param("user", userId)
                        .query(Long.class)
                        .single())
                .isEqualTo(2);
    }

    @Test
    void aChangeToANewSubjectIsRejectedAfter5000Subjects() {
        addTodo("Math");
        api.sql()
                .sql("INSERT INTO subjects (user_id, subject, freed) SELECT :user, 's' || n, true"
                        + " FROM generate_series(1, 4999) AS n")
                .param("user", userId)
                .update();

        ReceivedAnswer rejected = rename("Math", "Maths");

        assertThat(rejected.status()).isEqualTo(422);
        assertThat(rejected.problem()).isEqualTo("too-many-subjects");
        assertThat(user.post("/api/subjects/merge", "{\"from\":[\"Math\"],\"to\":\"Maths\"}")
                        .problem())
                .isEqualTo("too-many-subjects");
        assertThat(rename("Math", "s7").status()).isEqualTo(202);
    }

    @Test
    void aSubjectThatAWaitingChangeCreatesCountsAsUsed() {
        addTodo("Math");
        api.sql()
                .sql("INSERT INTO subjects (user_id, subject, freed) SELECT :user, 's' || n, true"
                        + " FROM generate_series(1, 4998) AS n")
                .param("user", userId)
                .update();
        String change = String.valueOf(rename("Math", "Maths").header("Location"));

        assertThat(rename("Math", "Maths 2").problem()).isEqualTo("too-many-subjects");
        release();

        assertThat(awaitFinished(change).text("/state")).isEqualTo("done");
        assertThat(user.get("/api/subjects").json().path("items"))
                .extracting(item -> item.path("subject").asString())
                .containsExactly("Maths");
        assertThat(subjects("NOT freed")).isEqualTo(1);
        assertThat(subjects("freed")).isEqualTo(4999);
    }

    private long subjects(String condition) {
        return api.sql()
                .sql("SELECT count(*) FROM subjects WHERE user_id = :user AND " + condition)
                .param("user", userId)
                .query(Long.class)
                .single();
    }

    /** Ends the job of the other instance, so that this instance runs the waiting jobs. */
    private static void release() {
        api.sql()
                .sql("UPDATE jobs SET state = 'done', finished_at = now() WHERE state = 'running'"
                        + " AND lease_owner = 'another'")
                .update();
    }

    private ReceivedAnswer awaitFinished(String change) {
        return Awaitility.await()
                .atMost(TIMEOUT)
                .until(
                        () -> user.get(change),
                        answer -> !answer.json().path("finishedAt").isNull());
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

    private ReceivedAnswer rename(String from, String to) {
        return user.post("/api/subjects/rename", "{\"from\":\"" + from + "\",\"to\":\"" + to + "\"}");
    }
}
