package dev.studybuddy.api.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiWithReadModel;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** This test emits snapshots of all aggregates and of one. */
class BackupIT extends ApiWithReadModel {

    @Test
    void aBackupEmitsEveryAggregateOnce() {
        var started = api.post("/api/backup/full", "");
        assertThat(started.status()).isEqualTo(202);
        JsonNode job = awaitFinished(started.header("Location"));

        assertThat(job.path("state").asString()).as("%s", job).isEqualTo("done");
        assertThat(job.path("total").intValue()).isEqualTo(5);
        assertThat(job.path("done").intValue()).isEqualTo(5);
        assertThat(count("outbox WHERE event_type LIKE '%.snapshot'")).isEqualTo(5);
        assertThat(api.get("/api/admin/audit")
                        .json()
                        .path("items")
                        .get(0)
                        .path("action")
                        .asString())
                .isEqualTo("backup.start");
    }

    @Test
    void theNumberOfSnapshotsIsUnknownWhileATableIsLocked() throws SQLException {
        Snapshots snapshots = api.bean(Snapshots.class);
        assertThat(snapshots.count()).hasValue(5);
        try (Connection other = sql.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE todos IN ACCESS EXCLUSIVE MODE");

            assertThat(snapshots.count()).isEmpty();

            other.rollback();
        }
    }

    @Test
    void theTotalOfABackupIsUnknownWhileATableCannotBeCounted() throws SQLException {
        try (Connection other = sql.dataSource().getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE todos IN ACCESS EXCLUSIVE MODE");
            String location = api.post("/api/backup/full", "").header("Location");

            // The users precede the todos.
            JsonNode job = Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(
                            () -> api.get(location).json(),
                            shown -> shown.path("done").intValue() > 0);

            assertThat(job.path("total").isNull()).as("%s", job).isTrue();
            other.rollback();
            assertThat(awaitFinished(location).path("total").intValue()).isEqualTo(5);
        }
    }

    @Test
    void aSnapshotRequestEmitsOneAggregate() {
        assertThat(api.post("/api/admin/aggregates/user/" + ANNA + "/snapshot", "")
                        .status())
                .isEqualTo(202);
        assertThat(event(ANNA)).isEqualTo("user.snapshot 1");
        assertThat(api.post("/api/admin/aggregates/todo/" + ANNA + "/snapshot", "")
                        .status())
                .isEqualTo(404);
        assertThat(api.post("/api/admin/aggregates/pony/" + ANNA + "/snapshot", "")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aSecondRequestReturnsTheUnfinishedBackup() {
        databases.jdbc().sql("""
                        INSERT INTO jobs (id, kind, state, lease_owner, lease_expires_at)
                        VALUES (gen_random_uuid(), 'backup', 'running', 'another', now() + INTERVAL '1 hour')""").update();

        String first = api.post("/api/backup/full", "").header("Location");
        String second = api.post("/api/backup/full", "").header("Location");

        assertThat(second).isEqualTo(first);
        assertThat(count("jobs WHERE kind = 'backup'")).isEqualTo(1);
    }

    @Test
    void aJobEmitsTheSnapshotsOfATypeOfAUserOrOfATimeRange() {
        databases
                .jdbc()
                .sql("UPDATE todos SET updated_at = '2001-01-01T00:00:00Z'")
                .update();

        assertThat(snapshots("{\"type\": \"session\"}")).isEqualTo(2);
        assertThat(snapshots("{\"userId\": \"" + ANNA + "\"}")).isEqualTo(2);
        assertThat(snapshots("{\"userId\": \"" + BEN + "\", \"type\": \"todo\"}"))
                .isEqualTo(1);
        assertThat(snapshots("{\"changedFrom\": \"2000-12-31T00:00:00Z\", \"changedTo\": \"2001-01-02T00:00:00Z\"}"))
                .isEqualTo(1);
        assertThat(api.get("/api/admin/jobs?kind=snapshot").json().path("items"))
                .hasSize(4);
        for (String invalid : new String[] {
            "{}",
            "{\"type\": \"pony\"}",
            "{\"userId\": \"x\"}",
            "{\"changedFrom\": \"2026-01-02T00:00:00Z\", \"changedTo\": \"2026-01-01T00:00:00Z\"}"
        }) {
            assertThat(api.post("/api/admin/snapshots", invalid).problem())
                    .as(invalid)
                    .isEqualTo("invalid-request");
        }
    }

    @Test
    void theExampleOfARequestForSnapshotsIsAccepted() {
        JsonNode example = api.get("/openapi", "Accept", "application/json")
                .json()
                .at("/paths/~1api~1admin~1snapshots/post/requestBody/content/application~1json/example");

        assertThat(api.post("/api/admin/snapshots", example.toString()).status())
                .as("%s", example)
                .isEqualTo(202);
    }

    @Test
    void aBacklogOfAnotherTypeDoesNotDelayABackup() {
        databases.jdbc().sql("""
                        INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload)
                        SELECT n % 64, 'blocked', 'blocked-' || n, 1, gen_random_uuid(), 'blocked.created', '{}'
                        FROM generate_series(1, 1200) AS n""").update();

        JsonNode job = awaitFinished(api.post("/api/backup/full", "").header("Location"));

        assertThat(job.path("state").asString()).as("%s", job).isEqualTo("done");
    }

    @Test
    void aBackupWhoseSnapshotsAreNotPublishedReportsWhatItWaitsFor() {
        databases.jdbc().sql("""
                        INSERT INTO users (id, email, name, version, created_at, updated_at)
                        SELECT gen_random_uuid(), n || '@example.org', 'Somebody', 1, now(), now()
                        FROM generate_series(1, 1500) AS n""").update();
        String location = api.post("/api/backup/full", "").header("Location");

        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> api.get(location).text("/waitsFor").contains("Events of the type user"));
        assertThat(api.get(location).json().path("done").intValue()).isEqualTo(1000);
        Awaitility.await().atMost(TIMEOUT).until(() -> {
            databases
                    .jdbc()
                    .sql("UPDATE outbox SET processed = true, processed_at = now()")
                    .update();
            return api.get(location).text("/state").equals("done");
        });
        assertThat(api.get(location).json().path("waitsFor").isNull()).isTrue();
    }

    private int snapshots(String body) {
        var started = api.post("/api/admin/snapshots", body);
        assertThat(started.status()).as("%s", started).isEqualTo(202);
        JsonNode job = awaitFinished(started.header("Location"));
        assertThat(job.path("state").asString()).as("%s", job).isEqualTo("done");
        return job.path("done").intValue();
    }
}
