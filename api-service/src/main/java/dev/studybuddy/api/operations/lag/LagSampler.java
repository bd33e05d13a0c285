package dev.studybuddy.api.operations.lag;

import dev.studybuddy.api.consistency.ReadModelLag;
import dev.studybuddy.api.periodic.PeriodicTask;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Samples the lag once a second. The lag headers of reads and the metrics use its samples. */
@Component
final class LagSampler extends PeriodicTask {

    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final SyncProbe probe;
    private final ReadModelLag lag;
    private final LagMetrics metrics;

    LagSampler(SyncProbe probe, ReadModelLag lag, LagMetrics metrics) {
        super("lag-sampler", PERIOD);
        this.probe = probe;
        this.lag = lag;
        this.metrics = metrics;
    }

    @Override
    protected void runRound() {
        SyncState state = probe.probe();
        lag.record(state.lags());
        metrics.show(state);
    }
}
