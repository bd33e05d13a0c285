package dev.studybuddy.api.operations.status;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.sse.OpenStreams;
import dev.studybuddy.api.sse.StreamFeed;
import dev.studybuddy.api.sse.StreamProperties;
import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Takes one sample per interval for all open streams together. While no stream is open, it takes none. */
@Component
final class StatusFeed extends StreamFeed<StatusSubscription> {

    private static final Duration IDLE_INTERVAL = Duration.ofMinutes(1);

    private final Supplier<String> statusText;
    private final ConsoleProperties properties;
    private final MonotonicClock clock;
    private @Nullable String last;
    private long sampledAtNanos;

    @Autowired
    StatusFeed(
            ConsoleStatusBuilder builder,
            ConsoleProperties properties,
            StreamProperties streams,
            MonotonicClock clock,
            JsonMapper json) {
        this(() -> json.writeValueAsString(builder.build()), properties, streams, clock);
    }

    /**
     * Creates a feed.
     *
     * @param statusText builds the text of the present status
     */
    StatusFeed(
            Supplier<String> statusText, ConsoleProperties properties, StreamProperties streams, MonotonicClock clock) {
        super(
                "status-feed",
                new OpenStreams<>(properties.maxStreams(), streams.maxStreamsPerCaller()),
                StatusSubscription::end);
        this.statusText = statusText;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * Opens a subscription, which the caller closes.
     *
     * @throws dev.studybuddy.api.http.ProblemException 503 if too many subscriptions are open, or if the service stops
     */
    StatusSubscription open(Caller caller) {
        StatusSubscription subscription = new StatusSubscription(this, caller.id());
        synchronized (this) {
            streams().add(caller.id(), subscription);
            String present = last;
            if (present != null && nanosUntilNextSample() > 0) {
                subscription.report(present);
            }
        }
        wake();
        return subscription;
    }

    void remove(StatusSubscription subscription) {
        streams().remove(subscription.caller(), subscription);
    }

    private synchronized long nanosUntilNextSample() {
        return last == null ? 0 : sampledAtNanos + properties.interval().toNanos() - clock.nanos();
    }

    /** Reports a sample to all subscriptions if one is due, and returns the wait until the next round. */
    @Override
    protected long runRound() {
        if (streams().isEmpty()) {
            return IDLE_INTERVAL.toNanos();
        }
        long wait = nanosUntilNextSample();
        if (wait > 0) {
            return wait;
        }
        String sample = statusText.get();
        synchronized (this) {
            last = sample;
            sampledAtNanos = clock.nanos();
        }
        streams().forEach(subscription -> subscription.report(sample));
        return properties.interval().toNanos();
    }
}
