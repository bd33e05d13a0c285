package dev.studybuddy.api.operations.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiWithReadModel;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** This test pauses and resumes a type and a read model. */
class OperatorPausesIT extends ApiWithReadModel {

    @Test
    void aPausedTypeIsAuditedAndReportedAndItsEventsAreNotStuck() {
        api.post("/api/admin/aggregates/user/" + ANNA + "/snapshot", "");
        api.post("/api/admin/aggregates/todo/" + todo() + "/snapshot", "");
        databases
                .jdbc()
                .sql("UPDATE outbox SET created_at = now() - INTERVAL '5 minutes'")
                .update();
        assertThat(api.get("/api/admin/outbox/stuck").json()).hasSize(2);

        String pause = "{\"type\": \"user\", \"reason\": \"the topic moves\"}";
        assertThat(api.post("/api/admin/publishing/pause", "{\"type\": \"user\"}")
                        .problem())
                .isEqualTo("invalid-request");
        assertThat(api.post("/api/admin/publishing/pause", pause).text("/paused/0/type"))
                .isEqualTo("user");
        assertThat(api.post("/api/admin/publishing/pause", pause).status()).isEqualTo(200);

        assertThat(api.get("/api/admin/outbox/stuck").json())
                .singleElement()
                .satisfies(stuck ->
                        assertThat(stuck.path("aggregateType").asString()).isEqualTo("todo"));
        assertThat(api.get("/api/admin/events/" + ANNA)
                        .json()
                        .at("/events/0/paused")
                        .booleanValue())
                .isTrue();
        assertThat(api.post("/api/admin/sync/trigger", "").text("/pausedTypes/0"))
                .isEqualTo("user");
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> api.get("/api/health/sync")
                        .text("/paused/publishing/0/reason")
                        .equals("the topic moves"));
        assertThat(count("admin_audit WHERE action = 'publishing.pause' AND target = 'publishing/user'"))
                .isEqualTo(1);

        api.post("/api/admin/publishing/pause", "{\"type\": \"all\", \"reason\": \"maintenance\"}");
        assertThat(api.get("/api/admin/outbox/stuck").json()).isEmpty();
        api.post("/api/admin/publishing/resume", "{\"type\": \"all\"}");
        assertThat(api.post("/api/admin/publishing/resume", "{\"type\": \"user\"}")
                        .json()
                        .path("paused"))
                .isEmpty();
        assertThat(api.get("/api/admin/outbox/stuck").json()).hasSize(2);
        assertThat(count("admin_audit WHERE action = 'publishing.resume'")).isEqualTo(2);
    }

    @Test
    void aPausedReadModelIsNotRebuiltAndReportsItsPause() {
        assertThat(api.post("/api/admin/projections/pause", "{\"model\": \"absent\", \"reason\": \"x\"}")
                        .problem())
                .isEqualTo("invalid-request");
        assertThat(api.post("/api/admin/projections/pause", "{\"reason\": \"maintenance\"}")
                        .status())
                .isEqualTo(200);

        assertThat(api.post("/api/admin/projections/rebuild", "{}").problem()).isEqualTo("read-model-paused");
        Awaitility.await()
                .atMost(TIMEOUT)
                .until(() -> api.get("/api/health/sync")
                        .text("/paused/projecting/0/name")
                        .equals("study"));

        assertThat(api.post("/api/admin/projections/resume", "{}")
                        .json()
                        .path("paused")
                        .booleanValue(true))
                .isFalse();
        // Kafka is unavailable here, so the service still rejects the rebuild, but no longer because of the pause.
        assertThat(api.demo()
                        .withoutRetries()
                        .post("/api/admin/projections/rebuild", "{}")
                        .problem())
                .isNotEqualTo("read-model-paused");
        assertThat(count("admin_audit WHERE action IN ('projecting.pause', 'projecting.resume') AND target = 'study'"))
                .isEqualTo(2);
    }

    /**
     * Alerts check whether the smallest value of the series is 1. A series that remained at 0 after its pause would
     * prevent this while every type is paused.
     */
    @Test
    void aTypeThatTheServiceLacksHasASeriesOnlyDuringItsPause() {
        databases
                .jdbc()
                .sql("INSERT INTO outbox_pause (aggregate_type, paused_by, reason) VALUES ('later', 'anna', 'test')")
                .update();
        Awaitility.await().atMost(TIMEOUT).until(() -> countSeries("later") == 1);

        databases.jdbc().sql("DELETE FROM outbox_pause").update();

        Awaitility.await().atMost(TIMEOUT).until(() -> countSeries("later") == 0);
        assertThat(countSeries("user")).isEqualTo(1);
    }

    private int countSeries(String name) {
        return api.bean(MeterRegistry.class)
                .find("sync_paused")
                .tags("stage", "publishing", "name", name)
                .gauges()
                .size();
    }

    private String todo() {
        return databases.jdbc().sql("SELECT id FROM todos").query(String.class).single();
    }
}
