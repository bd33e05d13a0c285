package dev.studybuddy.api.operations.lag;

import dev.studybuddy.api.consistency.ReadModelLag;
import dev.studybuddy.api.periodic.PeriodicTask;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Samples the lag once a second. The lag headers of reads, the metrics and the health use its samples. */
@Component
final class LagSampler extends PeriodicTask {

    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final PipelineStateQuery query;
    private final ReadModelLag lag;
    private final LagMetrics metrics;
    private final LastSample lastSample;

    LagSampler(PipelineStateQuery query, ReadModelLag lag, LagMetrics metrics, LastSample lastSample) {
        super("lag-sampler", PERIOD);
        this.query = query;
        this.lag = lag;
        this.metrics = metrics;
        this.lastSample = lastSample;
    }

    @Override
    protected void runRound() {
        PipelineState state = query.read();
        lag.record(state.lags());
        metrics.update(state);
        lastSample.record(state);
    }
}
