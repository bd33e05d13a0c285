package dev.studybuddy.projector.lag;

import java.time.Duration;
import java.time.InstantSource;
import org.springframework.stereotype.Component;

/**
 * How late the live generations of this instance are, so that a rebuild beside them can give way. Safe for use by several
 * threads.
 */
@Component
public final class LiveDelay {

    private static final Duration FORGET = Duration.ofSeconds(3);

    private final InstantSource clock = InstantSource.system();
    private volatile Sample last = new Sample(0, 0);

    private record Sample(long atMillis, long delayMillis) {}

    /** A live batch is in: how old its oldest event was then. */
    public void observe(Duration delay) {
        last = new Sample(clock.millis(), delay.toMillis());
    }

    /** The delay of the last live batch; zero where there was none for some seconds. */
    public Duration current() {
        Sample sample = last;
        return clock.millis() - sample.atMillis() > FORGET.toMillis()
                ? Duration.ZERO
                : Duration.ofMillis(sample.delayMillis());
    }
}
