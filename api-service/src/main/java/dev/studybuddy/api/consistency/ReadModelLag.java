package dev.studybuddy.api.consistency;

import dev.studybuddy.background.MonotonicClock;
import java.util.Map;
import java.util.OptionalLong;
import org.springframework.stereotype.Component;

/** Holds the lag of each read model from the last sample. */
@Component
public final class ReadModelLag {

    private static final long MAX_AGE_NANOS = 5_000_000_000L;

    private final MonotonicClock clock;
    private volatile Sample last;

    ReadModelLag(MonotonicClock clock) {
        this.last = new Sample(Map.of(), clock.nanos());
        this.clock = clock;
    }

    /**
     * Returns the age of the oldest committed event that a read model does not show, in milliseconds. The value is
     * empty if the last sample lacks it or is older than 5 s.
     */
    OptionalLong millis(String model) {
        Sample sample = last;
        Double seconds = sample.seconds().get(model);
        return seconds == null || clock.nanos() - sample.takenAtNanos() > MAX_AGE_NANOS
                ? OptionalLong.empty()
                : OptionalLong.of(Math.round(seconds * 1000));
    }

    /**
     * Records a sample.
     *
     * @param seconds the lag in seconds, by read model; a read model whose lag is unknown is absent
     */
    public void record(Map<String, Double> seconds) {
        last = new Sample(Map.copyOf(seconds), clock.nanos());
    }

    private record Sample(Map<String, Double> seconds, long takenAtNanos) {}
}
