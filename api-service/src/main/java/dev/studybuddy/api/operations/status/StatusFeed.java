package dev.studybuddy.api.operations.status;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.periodic.BackgroundLoops;
import dev.studybuddy.api.sse.OpenStreams;
import dev.studybuddy.api.sse.StreamProperties;
import dev.studybuddy.background.Loop;
import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Takes one sample per interval for all open streams together. While no stream is open, it takes none. */
@Component
final class StatusFeed implements SmartLifecycle, BackgroundLoops {

    private static final Duration IDLE_INTERVAL = Duration.ofMinutes(1);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(1);

    private final Supplier<String> sampler;
    private final ConsoleProperties properties;
    private final MonotonicClock clock;
    private final Loop loop;
    private final OpenStreams<StatusSubscription> subscriptions;
    private @Nullable String last;
    private long sampledAtNanos;

    @Autowired
    StatusFeed(
            PipelineSampler sampler,
            ConsoleProperties properties,
            StreamProperties streams,
            MonotonicClock clock,
            JsonMapper json) {
        this(() -> json.writeValueAsString(sampler.sample()), properties, streams, clock);
    }

    /** Creates a feed of the texts that the sampler returns. */
    StatusFeed(Supplier<String> sampler, ConsoleProperties properties, StreamProperties streams, MonotonicClock clock) {
        this.sampler = sampler;
        this.properties = properties;
        this.subscriptions = new OpenStreams<>(properties.maxStreams(), streams.maxStreamsPerCaller());
        this.clock = clock;
        this.loop = new Loop("status-feed", this::runRound);
    }

    /**
     * Opens a subscription, which the caller closes.
     *
     * @throws dev.studybuddy.api.http.ProblemException 503 if too many subscriptions are open, or if the service stops
     */
    StatusSubscription open(Caller caller) {
        StatusSubscription subscription = new StatusSubscription(this, caller.id());
        synchronized (this) {
            subscriptions.add(caller.id(), subscription);
            String present = last;
            if (present != null && nanosUntilNextSample() > 0) {
                subscription.report(present);
            }
        }
        loop.wake();
        return subscription;
    }

    void remove(StatusSubscription subscription) {
        subscriptions.remove(subscription.caller(), subscription);
    }

    private synchronized long nanosUntilNextSample() {
        return last == null ? 0 : sampledAtNanos + properties.interval().toNanos() - clock.nanos();
    }

    /** Reports a sample to all subscriptions if one is due, and returns the wait until the next round. */
    private long runRound() {
        if (subscriptions.isEmpty()) {
            return IDLE_INTERVAL.toNanos();
        }
        long wait = nanosUntilNextSample();
        if (wait > 0) {
            return wait;
        }
        String sample = sampler.get();
        synchronized (this) {
            last = sample;
            sampledAtNanos = clock.nanos();
        }
        subscriptions.forEach(subscription -> subscription.report(sample));
        return properties.interval().toNanos();
    }

    @Override
    public void start() {
        subscriptions.start();
        loop.start();
    }

    /** Ends all streams before the server waits for its requests, because a stream would otherwise delay the stop. */
    @Override
    public void stop() {
        subscriptions.stop();
        subscriptions.forEach(StatusSubscription::end);
        loop.stop(STOP_TIMEOUT);
    }

    @Override
    public List<Loop> loops() {
        return List.of(loop);
    }

    @Override
    public boolean isRunning() {
        return subscriptions.isAccepting();
    }
}
