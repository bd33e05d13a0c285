package dev.studybuddy.api.lag;

import java.util.Map;
import java.util.OptionalLong;
import org.springframework.stereotype.Component;

/** How far each read model is behind, as sampled last. */
@Component
public final class SyncLag {

    private static final long BELIEVED_NANOS = 5_000_000_000L;

    private volatile Sample last = new Sample(Map.of(), System.nanoTime());

    /** The age of the oldest committed event that a read model doesn't show; empty where unknown. */
    public OptionalLong millis(String model) {
        Sample sample = last;
        Double seconds = sample.seconds().get(model);
        return seconds == null || System.nanoTime() - sample.takenAt() > BELIEVED_NANOS
                ? OptionalLong.empty()
                : OptionalLong.of(Math.round(seconds * 1000));
    }

    /** Takes a sample: by model, those that are known. */
    void sampled(Map<String, Double> seconds) {
        last = new Sample(Map.copyOf(seconds), System.nanoTime());
    }

    private record Sample(Map<String, Double> seconds, long takenAt) {}
}
