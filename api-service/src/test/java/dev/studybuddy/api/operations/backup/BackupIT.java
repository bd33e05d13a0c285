package dev.studybuddy.api.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiWithReadModel;
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
}
