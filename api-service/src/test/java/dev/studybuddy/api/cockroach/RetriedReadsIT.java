package dev.studybuddy.api.cockroach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.Answer;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** This test lets the database request the retry of each read that is outside a transaction. */
class RetriedReadsIT {

    private static RunningApi api;
    private static TestDatabase database;
    private static ConflictingDataSource conflicts;
    private static Client user;

    @BeforeAll
    static void start() {
        database = TestServers.newDatabase();
        Map<String, String> credentials = Map.of(
                "spring.datasource.username", database.username(), "spring.datasource.password", database.password());
        api = RunningApi.on(database.url(), credentials, ConflictingDataSource.Injection.class);
        conflicts = (ConflictingDataSource) api.bean(DataSource.class);
        user = api.newUser();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/users/me",
                "/api/users/me/export",
                "/api/todos",
                "/api/sessions",
                "/api/subjects",
            })
    void aReadOfAUserSucceedsAlthoughEachStatementConflictsOnce(String path) {
        assertSucceedsInConflict(user, path);
    }

    @Test
    void aReadOfOneRowSucceedsAlthoughEachStatementConflictsOnce() {
        Answer todo = user.post(
                "/api/todos",
                "{\"title\":\"Fractions\",\"subject\":\"Maths\",\"difficulty\":\"easy\",\"questionsTarget\":1}");
        Answer change = user.post("/api/subjects/rename", "{\"from\":\"Maths\",\"to\":\"Mathematics\"}");

        assertSucceedsInConflict(user, String.valueOf(todo.header("Location")));
        assertSucceedsInConflict(user, String.valueOf(change.header("Location")));
        assertSucceedsInConflict(api.demo(), "/api/admin/jobs/" + change.text("/jobId"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/admin/audit",
                "/api/admin/audit?action=user.search",
                "/api/admin/jobs",
                "/api/admin/jobs?state=failed",
                "/api/admin/outbox/stuck",
                "/api/admin/publishing",
                "/api/admin/users?text=e",
            })
    void aReadOfAnOperatorSucceedsAlthoughEachStatementConflictsOnce(String path) {
        assertSucceedsInConflict(api.demo(), path);
    }

    @Test
    void aReadInPlaceOfMongoDbSucceedsOnceALockIsReleased() throws Exception {
        Counter retries =
                api.bean(MeterRegistry.class).get("api_transaction_retries").counter();
        try (Connection connection = api.bean(DataSource.class).getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE study_sessions IN ACCESS EXCLUSIVE MODE");
            double before = retries.count();
            CompletableFuture<Answer> read = CompletableFuture.supplyAsync(() -> user.get("/api/reports/analytics"));
            Awaitility.await().until(() -> read.isDone() || retries.count() > before);
            connection.rollback();
            connection.setAutoCommit(true);

            Answer answer = read.get(10, TimeUnit.SECONDS);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("X-Read-Source")).isEqualTo("cockroachdb");
        }
    }

    private static void assertSucceedsInConflict(Client client, String path) {
        conflicts.begin();
        Answer answer = client.get(path);

        assertThat(conflicts.end()).isNotEmpty();
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }
}
