package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.operations.lag.ModelGauge;
import dev.studybuddy.background.MonotonicClock;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Exports the results of verifies as gauges. */
@Component
final class DriftMetrics {

    private final ModelGauge driftDocuments;
    private final ModelGauge unsettledDocuments;

    DriftMetrics(MeterRegistry meters, MonotonicClock clock) {
        driftDocuments = new ModelGauge(
                meters,
                "sync_drift_documents",
                "This gauge counts the aggregates with a missing, extra or wrong mirror, the wrong rollups, and the"
                        + " documents that are marked as broken, according to the verifies of the active generation. It"
                        + " is NaN before the first verify, and if none was found but no verify settled one of the"
                        + " scopes.",
                clock);
        unsettledDocuments = new ModelGauge(
                meters,
                "sync_unsettled_documents",
                "This gauge counts the differences that the newest verify of the active generation left unsettled."
                        + " It is NaN before the first verify.",
                clock);
    }

    /**
     * Exports the results of verifies, by read model. A value is {@link Double#NaN} for a read model whose active
     * generation was not verified yet. A number of differences is also {@link Double#NaN} if none was found and at
     * least one compared scope was never settled.
     *
     * @param differences the number of differences according to the newest verify that found a difference in the scope
     *     or settled it, summed over all scopes, plus the number of documents that are marked as broken according to
     *     the newest verify
     * @param unsettled the number of differences that the newest verify left unsettled
     */
    void update(Map<String, Double> differences, Map<String, Double> unsettled) {
        driftDocuments.register(differences);
        unsettledDocuments.register(unsettled);
    }

    /** Returns whether the values were exported within the last minute. */
    boolean areValid() {
        return driftDocuments.isValid();
    }
}
