package dev.studybuddy.api.operations.generation;

import dev.studybuddy.api.operations.lag.ModelGauge;
import dev.studybuddy.background.MonotonicClock;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Exports the progress of rebuilds as gauges. */
@Component
final class RebuildMetrics {

    private final ModelGauge rebuildProgress;
    private final ModelGauge rebuildCaughtUp;

    RebuildMetrics(MeterRegistry meters, MonotonicClock clock) {
        rebuildProgress = new ModelGauge(
                meters,
                "projection_rebuild_progress_ratio",
                "This gauge is the share of the records that a building generation has applied, from 0 to 1. It is 1 if"
                        + " no generation is building.",
                clock);
        rebuildCaughtUp = new ModelGauge(
                meters,
                "projection_rebuild_caught_up",
                "This gauge is 1 if a building generation is a few seconds behind at most, and otherwise 0.",
                clock);
    }

    /**
     * Exports the progress of rebuilds.
     *
     * @param ratios the applied share from 0 to 1, by read model. It is 1 for a read model without a rebuild, and
     *     absent if it is unknown
     * @param caughtUp 1 or 0 by read model, for whether the building generation is a few seconds behind at most. It is
     *     0 for a read model without a rebuild, and absent if it is unknown
     */
    void update(Map<String, Double> ratios, Map<String, Integer> caughtUp) {
        rebuildProgress.register(ratios);
        rebuildCaughtUp.register(caughtUp);
    }

    /** Returns whether the values were exported within the last minute. */
    boolean areValid() {
        return rebuildProgress.isValid();
    }
}
