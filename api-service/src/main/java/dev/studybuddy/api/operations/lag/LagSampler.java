package dev.studybuddy.api.operations.lag;

import dev.studybuddy.api.consistency.ReadModelLag;
import dev.studybuddy.background.Loop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Samples the lag once a second. The lag headers of reads and the metrics use its samples. */
@Component
final class LagSampler implements SmartLifecycle {

    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(1);

    private final SyncProbe probe;
    private final ReadModelLag lag;
    private final LagMetrics metrics;
    private volatile @Nullable Loop loop;

    LagSampler(SyncProbe probe, ReadModelLag lag, LagMetrics metrics) {
        this.probe = probe;
        this.lag = lag;
        this.metrics = metrics;
    }

    @Override
    public void start() {
        Loop started = Loop.every("lag-sampler", PERIOD, this::sample);
        loop = started;
        started.start();
    }

    @Override
    public void stop() {
        Loop running = loop;
        if (running != null) {
            running.stop(STOP_TIMEOUT);
        }
    }

    @Override
    public boolean isRunning() {
        Loop running = loop;
        return running != null && running.isRunning();
    }

    private void sample() {
        SyncState state = probe.probe();
        lag.record(state.lags());
        metrics.show(state);
    }
}
