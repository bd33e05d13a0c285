package dev.studybuddy.api.lag;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Probes once a second, for reads' lag headers and for metrics. */
@Component
public final class LagSampler implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(LagSampler.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final long BELIEVED_NANOS = 10_000_000_000L;

    private final SyncProbe probe;
    private final SyncLag lag;
    private final LagMetrics metrics;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("lag-sampler").factory());
    private volatile @Nullable Sample last;
    private @Nullable ScheduledFuture<?> loop;

    LagSampler(SyncProbe probe, SyncLag lag, LagMetrics metrics) {
        this.probe = probe;
        this.lag = lag;
        this.metrics = metrics;
    }

    /** The state sampled last; empty where there is none from the last 10 s. */
    public Optional<SyncState> last() {
        Sample sample = last;
        return sample == null || System.nanoTime() - sample.takenAt() > BELIEVED_NANOS
                ? Optional.empty()
                : Optional.of(sample.state());
    }

    @Override
    public void start() {
        loop = clock.scheduleWithFixedDelay(this::round, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void round() {
        try {
            SyncState state = probe.probe();
            last = new Sample(state, System.nanoTime());
            lag.sampled(state.lags());
            metrics.show(state);
        } catch (RuntimeException failed) {
            LOG.warn("The lag could not be sampled; the next try is in a second", failed);
        }
    }

    @Override
    public void stop() {
        if (loop != null) {
            loop.cancel(true);
        }
        clock.shutdownNow();
    }

    @Override
    public boolean isRunning() {
        return loop != null && !loop.isDone();
    }

    private record Sample(SyncState state, long takenAt) {}
}
