package dev.studybuddy.api.cockroach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RepeatedRounds;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
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

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

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
    void aReadOfAUserSucceedsAlthoughEachStatementConflictsOnce(String path) throws Exception {
        assertSucceedsInConflict(user, path);
    }

    @Test
    void aReadOfOneRowSucceedsAlthoughEachStatementConflictsOnce() throws Exception {
        ReceivedAnswer todo = user.post(
                "/api/todos",
                "{\"title\":\"Fractions\",\"subject\":\"Maths\",\"difficulty\":\"easy\",\"questionsTarget\":1}");
        ReceivedAnswer change = user.post("/api/subjects/rename", "{\"from\":\"Maths\",\"to\":\"Mathematics\"}");

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
    void aReadOfAnOperatorSucceedsAlthoughEachStatementConflictsOnce(String path) throws Exception {
        assertSucceedsInConflict(api.demo(), path);
    }

    @Test
    void aReadInPlaceOfMongoDbSucceedsOnceALockIsReleased() throws Exception {
        Counter retries =
                api.bean(MeterRegistry.class).get("api_transaction_retries").counter();
        ReceivedAnswer answer = RepeatedRounds.firstThatPasses(() -> {
            ReceivedAnswer read = readUntilRetried(retries);
            assertThat(read.status()).as(read.body()).isEqualTo(200);
            return read;
        });

        assertThat(answer.header("X-Read-Source")).isEqualTo("cockroachdb");
    }

    /** Begins a read of a locked table, and releases the lock once the read is retried. */
    private static ReceivedAnswer readUntilRetried(Counter retries) throws Exception {
        try (Connection connection = api.bean(DataSource.class).getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE study_sessions IN ACCESS EXCLUSIVE MODE");
            double before = retries.count();
            CompletableFuture<ReceivedAnswer> read = CompletableFuture.supplyAsync(
                    () -> user.withoutRetries().get("/api/reports/analytics"), Thread::startVirtualThread);
            Awaitility.await().atMost(TIMEOUT).until(() -> read.isDone() || retries.count() > before);
            connection.rollback();
            connection.setAutoCommit(true);

            return read.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** A machine that stalls can delay all attempts of a read beyond the deadline of its request. */
    private static void assertSucceedsInConflict(Client client, String path) throws Exception {
        RepeatedRounds.firstThatPasses(() -> {
            conflicts.begin();
            ReceivedAnswer answer = client.withoutRetries().get(path);

            assertThat(conflicts.end()).isNotEmpty();
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            return answer;
        });
    }
}
