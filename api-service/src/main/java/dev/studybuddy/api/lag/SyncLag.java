package dev.studybuddy.api.lag;

import java.util.OptionalLong;
import org.springframework.stereotype.Component;

/** How far MongoDB is behind, as sampled last. */
@Component
public final class SyncLag {

    private static final long BELIEVED_NANOS = 5_000_000_000L;

    private volatile Sample last = new Sample(OptionalLong.empty(), System.nanoTime());

    /** The age of the oldest committed event that MongoDB doesn't show; empty where unknown. */
    public OptionalLong millis() {
        Sample sample = last;
        return System.nanoTime() - sample.takenAt() > BELIEVED_NANOS ? OptionalLong.empty() : sample.millis();
    }

    void sampled(OptionalLong millis) {
        last = new Sample(millis, System.nanoTime());
    }

    private record Sample(OptionalLong millis, long takenAt) {}
}
