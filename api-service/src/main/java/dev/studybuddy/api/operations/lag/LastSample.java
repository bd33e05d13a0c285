package dev.studybuddy.api.operations.lag;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Holds the last sample of the pipeline. While the sampler works, a request for the health costs no query and waits for
 * no server.
 */
@Component
public final class LastSample {

    /** At most about four seconds pass between two samples: the sampler waits for one second and queries for three. */
    private static final Duration MAX_AGE = Duration.ofSeconds(6);

    private final PipelineSampleQuery query;
    private final MonotonicClock clock;
    private volatile @Nullable TimedSample last;

    LastSample(PipelineSampleQuery query, MonotonicClock clock) {
        this.query = query;
        this.clock = clock;
    }

    void record(PipelineSample sample) {
        last = new TimedSample(sample, clock.nanos());
    }

    /** Returns the last sample. Before the first one, and if no sample was taken for six seconds, it takes one. */
    public PipelineSample get() {
        TimedSample present = last;
        return present != null && clock.nanos() - present.takenAtNanos() <= MAX_AGE.toNanos()
                ? present.sample()
                : query.read();
    }

    private record TimedSample(PipelineSample sample, long takenAtNanos) {}
}
