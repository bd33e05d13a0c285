package dev.studybuddy.api.operations.lag;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Holds the state that was sampled last. While the sampler works, a request for the health costs no query and waits for
 * no server.
 */
@Component
public final class LastSample {

    /** The sampler needs at most about four seconds for a sample. */
    private static final Duration MAX_AGE = Duration.ofSeconds(6);

    private final PipelineStateQuery query;
    private final MonotonicClock clock;
    private volatile @Nullable Sample last;

    LastSample(PipelineStateQuery query, MonotonicClock clock) {
        this.query = query;
        this.clock = clock;
    }

    void record(PipelineState state) {
        last = new Sample(state, clock.nanos());
    }

    /** Returns the last state. Before the first sample, and if no sample was taken for six seconds, it takes one. */
    public PipelineState get() {
        Sample sample = last;
        return sample != null && clock.nanos() - sample.takenAtNanos() <= MAX_AGE.toNanos()
                ? sample.state()
                : query.read();
    }

    private record Sample(PipelineState state, long takenAtNanos) {}
}
