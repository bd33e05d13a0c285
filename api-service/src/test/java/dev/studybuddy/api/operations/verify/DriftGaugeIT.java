package dev.studybuddy.api.operations.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.SessionState;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Tests the metrics of verifies. */
class DriftGaugeIT extends VerifyFixture {

    @Test
    void driftStaysUntilAVerifySettlesItsComparison() {
        assertThat(gauge("sync_drift_documents")).isNaN();
        assertThat(gauge("sync_unsettled_documents")).isNaN();

        SessionState lost = ReadModelFixture.session(ANNA, "Math", 7, DAY);
        databases.insert(lost);
        verify("study");
        assertThat(gauge("sync_drift_documents")).isOne();
        assertThat(gauge("sync_unsettled_documents")).isZero();

        // No publisher runs, so the verify waits for this event until its settle timeout is over.
        insertPendingEvent(lost);
        JsonNode unsettled = verify("study");
        assertThat(unsettled.path("unsettled").intValue()).as("%s", unsettled).isOne();
        assertThat(unsettled.path("consistent").isNull()).isTrue();
        assertThat(gauge("sync_drift_documents")).isOne();
        assertThat(gauge("sync_unsettled_documents")).isOne();

        // The retention deletes the verify that found the drift, because a newer one of the read model is done.
        databases
                .jdbc()
                .sql(
                        "DELETE FROM jobs WHERE id = (SELECT id FROM jobs WHERE kind = 'verify' ORDER BY created_at LIMIT 1)")
                .update();
        assertThat(gauge("sync_drift_documents")).isOne();

        databases.jdbc().sql("DELETE FROM outbox").update();
        model.apply(AggregateType.SESSION, lost);
        runVerify("{}");
        assertThat(gauge("sync_drift_documents")).isZero();
        assertThat(gauge("sync_unsettled_documents")).isZero();
    }

    @Test
    void theGaugesKeepTheirValuesForAMinuteWhileTheDatabaseDoesNotAnswer() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        AtomicLong nanos = new AtomicLong();
        DriftGauge drift = new DriftGauge(
                api.bean(VerifyHistory.class), api.bean(MongoDatabases.class), new DriftMetrics(meters, nanos::get));
        verify("study");
        drift.runRound();

        databases.jdbc().sql("ALTER TABLE jobs RENAME TO absent_jobs").update();
        try {
            nanos.addAndGet(Duration.ofSeconds(50).toNanos());
            drift.runRound();
            assertThat(meters.get("sync_drift_documents")
                            .tag("model", "study")
                            .gauge()
                            .value())
                    .isZero();
            nanos.addAndGet(Duration.ofSeconds(11).toNanos());
            drift.runRound();
            assertThat(meters.find("sync_drift_documents").gauges()).isEmpty();
            assertThat(meters.find("sync_unsettled_documents").gauges()).isEmpty();
        } finally {
            databases.jdbc().sql("ALTER TABLE absent_jobs RENAME TO jobs").update();
        }

        drift.runRound();
        assertThat(meters.find("sync_drift_documents").gauges()).hasSize(1);
    }

    private double gauge(String name) {
        api.bean(DriftGauge.class).runRound();
        return api.bean(MeterRegistry.class)
                .get(name)
                .tag("model", "study")
                .gauge()
                .value();
    }
}
