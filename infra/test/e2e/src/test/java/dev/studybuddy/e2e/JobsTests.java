package dev.studybuddy.e2e;

import static dev.studybuddy.e2e.WalkthroughIT.stack;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.audit.AcknowledgedWrites;
import dev.studybuddy.audit.AuditReport;
import dev.studybuddy.audit.AuditedServers;
import dev.studybuddy.load.http.Answer;
import dev.studybuddy.load.http.ApiClient;
import dev.studybuddy.testkit.DatabaseDump;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests the erasure of a user, a backup and a verify. */
abstract class JobsTests extends WalkthroughFixture {

    @Test
    void deletingAUserDeletesItsTodosAndSessionsAndErasesItsData() throws Exception {
        String personal = UUID.randomUUID().toString();
        String user = call("POST", "/api/users", Map.of("email", personal + "@example.org", "name", personal))
                .text("id");
        Map<String, String> headers = new HashMap<>(ApiClient.bearer(stack.api().token(user)));
        for (int n = 0; n < 5; n++) {
            headers.put("Idempotency-Key", user + n);
            stack.api().call("POST", "/api/sessions", Map.of("minutes", 10 + n), headers);
            stack.api().call("POST", "/api/todos", todo(personal), headers);
        }
        stack.assertExact(new AcknowledgedWrites());
        assertThat(linesWith(personal)).hasSizeGreaterThan(10);

        Answer deleted = stack.api().call("DELETE", "/api/users/" + user, null, headers);

        assertThat(deleted.status()).as(deleted.toString()).isEqualTo(204);
        await().atMost(JOB_LIMIT)
                .untilAsserted(() -> assertThat(count("todos", user) + count("study_sessions", user))
                        .isZero());
        stack.assertExact(new AcknowledgedWrites());
        await().atMost(JOB_LIMIT)
                .untilAsserted(() -> assertThat(linesWith(personal)).isEmpty());
    }

    /** Returns the rows and documents that contain a text. */
    private static List<String> linesWith(String text) throws Exception {
        AuditedServers servers = stack.servers();
        return Stream.concat(
                        DatabaseDump.ofSql(servers.sqlUrl(), servers.sqlUser(), servers.sqlPassword()).stream(),
                        DatabaseDump.ofMongo(servers.mongoUri()).stream())
                .filter(line -> line.contains(text))
                .toList();
    }

    private static long count(String table, String user) throws Exception {
        String sql = "SELECT count(*) FROM " + table + " WHERE user_id = CAST(? AS uuid)";
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, user);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    @Test
    void aBackupSucceedsAndAVerifyFindsNoDrift() throws Exception {
        newTodo("to be backed up");
        await().atMost(JOB_LIMIT).untilAsserted(() -> {
            Answer trigger = call("POST", "/api/admin/sync/trigger?waitSeconds=10", null);
            assertThat(trigger.body().path("pendingAfter").asInt(-1))
                    .as(trigger.toString())
                    .isZero();
            assertThat(trigger.body().path("visibleInMongo").asBoolean(false)).isTrue();
        });

        JsonNode backup = awaitJob(call("POST", "/api/backup/full", null), "/api/backup/full/");
        assertThat(backup.path("state").asString("")).as(backup.toString()).isEqualTo("done");
        assertThat(backup.path("total").asInt(0)).isPositive();

        AuditReport report = stack.assertExact(new AcknowledgedWrites());
        assertThat(report.repeats())
                .as("each snapshot repeats a version that its topic already has")
                .isGreaterThanOrEqualTo(backup.path("total").asInt(0));

        JsonNode verify = awaitJob(call("POST", "/api/admin/verify", Map.of("repair", false)), "/api/admin/verify/");
        assertThat(verify.path("consistent").asBoolean(false))
                .as(verify.toString())
                .isTrue();
    }

    private static JsonNode awaitJob(Answer accepted, String jobsPath) throws Exception {
        assertThat(accepted.status()).as(accepted.toString()).isEqualTo(202);
        assertThat(accepted.header("Location")).isPresent();
        String path = jobsPath + accepted.text("jobId");
        await().atMost(JOB_LIMIT)
                .until(() -> List.of("done", "failed", "cancelled")
                        .contains(call("GET", path, null).text("state")));
        return call("GET", path, null).body();
    }
}
