package dev.studybuddy.api.operations.lag;

import dev.studybuddy.api.consistency.ReadModelLag;
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

/** Samples the lag once a second. The lag headers of reads and the metrics use its samples. */
@Component
public final class LagSampler implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(LagSampler.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final long MAX_AGE_NANOS = 10_000_000_000L;

    private final SyncProbe probe;
    private final ReadModelLag lag;
    private final LagMetrics metrics;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("lag-sampler").factory());
    private volatile @Nullable Sample last;
    private @Nullable ScheduledFuture<?> loop;

    LagSampler(SyncProbe probe, ReadModelLag lag, LagMetrics metrics) {
        this.probe = probe;
        this.lag = lag;
        this.metrics = metrics;
    }

    /** Returns the newest sample; empty if it is older than 10 s. */
    public Optional<SyncState> last() {
        Sample sample = last;
        return sample == null || System.nanoTime() - sample.takenAtNanos() > MAX_AGE_NANOS
                ? Optional.empty()
                : Optional.of(sample.state());
    }

    @Override
    public void start() {
        loop = scheduler.scheduleWithFixedDelay(this::sample, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void sample() {
        try {
            SyncState state = probe.probe();
            last = new Sample(state, System.nanoTime());
            lag.sampled(state.lags());
            metrics.show(state);
        } catch (RuntimeException failed) {
            LOG.warn(
                    "The lag sampler failed; reads and metrics keep the previous sample, and it retries in 1 s",
                    failed);
        }
    }

    @Override
    public void stop() {
        if (loop != null) {
            loop.cancel(true);
        }
        scheduler.shutdownNow();
    }

    @Override
    public boolean isRunning() {
        return loop != null && !loop.isDone();
    }

    private record Sample(SyncState state, long takenAtNanos) {}
}
