package dev.studybuddy.api.operations.lag;

import dev.studybuddy.api.consistency.ReadModelLag;
import dev.studybuddy.api.periodic.PeriodicTask;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Samples the pipeline once a second. The lag headers of reads, the metrics and the health use its samples. */
@Component
final class PipelineSampler extends PeriodicTask {

    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final PipelineSampleQuery query;
    private final ReadModelLag lag;
    private final LagMetrics metrics;
    private final LastSample lastSample;

    PipelineSampler(PipelineSampleQuery query, ReadModelLag lag, LagMetrics metrics, LastSample lastSample) {
        super("pipeline-sampler", PERIOD);
        this.query = query;
        this.lag = lag;
        this.metrics = metrics;
        this.lastSample = lastSample;
    }

    @Override
    protected void runRound() {
        PipelineSample sample = query.read();
        lag.record(sample.lags());
        metrics.update(sample);
        lastSample.record(sample);
    }
}
