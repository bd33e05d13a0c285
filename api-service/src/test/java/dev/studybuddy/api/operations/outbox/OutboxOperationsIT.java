package dev.studybuddy.api.operations.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiWithReadModel;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** This test triggers a sync and handles stuck events, without a publisher. */
class OutboxOperationsIT extends ApiWithReadModel {

    @Test
    void aSyncTriggerReportsPendingEventsAndRequestsSweeps() {
        api.post("/api/admin/aggregates/user/" + ANNA + "/snapshot", "");

        JsonNode answer = api.post("/api/admin/sync/trigger", "").json();

        assertThat(answer.path("pendingBefore").intValue()).isEqualTo(1);
        assertThat(answer.path("pendingAfter").intValue()).isEqualTo(1);
        assertThat(answer.path("visibleInMongo").booleanValue(true)).isFalse();
        assertThat(count("outbox_shard_lease WHERE sweep_requested_at IS NOT NULL"))
                .isEqualTo(64);
        assertThat(api.post("/api/admin/sync/trigger?waitSeconds=61", "").status())
                .isEqualTo(400);
    }

    @Test
    void aDeadLetteredEventHasAReasonAndIsRetriedOrDiscarded() {
        api.post("/api/admin/aggregates/user/" + ANNA + "/snapshot", "");
        databases.jdbc().sql("""
                        UPDATE outbox SET processed = true, retry_count = 3, last_error = 'too-large',
                          dead_lettered_at = now()""").update();
        JsonNode stuck = api.get("/api/admin/outbox/stuck").json().get(0);
        assertThat(stuck.path("reason").asString()).isEqualTo("too-large");
        String location = "/api/admin/outbox/" + stuck.path("eventId").asString();

        assertThat(api.post(location + "/retry", "").status()).isEqualTo(202);
        assertThat(count("outbox WHERE processed = false AND retry_count = 0")).isEqualTo(1);
        assertThat(api.post(location + "/retry", "").status()).isEqualTo(404);

        databases
                .jdbc()
                .sql("UPDATE outbox SET processed = true, retry_count = 3, dead_lettered_at = now()")
                .update();
        assertThat(api.send("DELETE", location, null).status()).isEqualTo(204);
        assertThat(count("outbox")).isZero();
    }

    @Test
    void onlyAdminsUseTheOperatorsEndpoints() {
        String[] ben = api.authorizationOf(BEN);

        assertThat(api.get("/api/admin/outbox/stuck", ben).status()).isEqualTo(403);
        assertThat(api.post("/api/admin/verify", "{}", ben).status()).isEqualTo(403);
        assertThat(api.post("/api/backup/full", "", ben).status()).isEqualTo(403);
        assertThat(api.get("/api/admin/jobs/" + UUID.randomUUID()).status()).isEqualTo(404);
        assertThat(api.post("/api/admin/verify", "{\"repair\": 1, \"x\": 2}")
                        .json()
                        .path("errors"))
                .hasSize(2);
    }
}
