package dev.studybuddy.api.operations.lag;

import dev.studybuddy.background.Loop;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.api.consistency.ReadModelLag;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Samples the lag once a second. The lag headers of reads and the metrics use its samples. */
@Component
public final class LagSampler implements SmartLifecycle {

    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(1);
    private static final long MAX_AGE_NANOS = 10_000_000_000L;

    private final SyncProbe probe;
    private final ReadModelLag lag;
    private final LagMetrics metrics;
    private final MonotonicClock clock;
    private volatile @Nullable Sample last;
    private volatile @Nullable Loop loop;

    LagSampler(SyncProbe probe, ReadModelLag lag, LagMetrics metrics, MonotonicClock clock) {
        this.clock = clock;
        this.probe = probe;
        this.lag = lag;
        this.metrics = metrics;
    }

    /** Returns the newest sample; empty if it is older than 10 s. */
    public Optional<SyncState> last() {
        Sample sample = last;
        return sample == null || clock.nanos() - sample.takenAtNanos() > MAX_AGE_NANOS
                ? Optional.empty()
                : Optional.of(sample.state());
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
        last = new Sample(state, clock.nanos());
        lag.record(state.lags());
        metrics.show(state);
    }

    private record Sample(SyncState state, long takenAtNanos) {}
}
