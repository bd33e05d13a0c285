package dev.studybuddy.api.operations.status;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.consistency.StreamProperties;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.background.Loop;
import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Takes one sample per interval for all open streams together. While no stream is open, it takes none. */
@Component
final class StatusFeed implements SmartLifecycle {

    private static final Duration IDLE_INTERVAL = Duration.ofMinutes(1);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(1);

    private final Supplier<String> sampler;
    private final ConsoleProperties properties;
    private final StreamProperties streams;
    private final MonotonicClock clock;
    private final Loop loop;
    private final List<StatusSubscription> subscriptions = new ArrayList<>();
    private @Nullable String last;
    private long sampledAtNanos;
    private boolean running;

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
        this.streams = streams;
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
            long ofCaller = subscriptions.stream()
                    .filter(open -> open.caller().equals(caller.id()))
                    .count();
            if (!running
                    || subscriptions.size() >= properties.maxStreams()
                    || ofCaller >= streams.maxStreamsPerCaller()) {
                throw Problem.unavailable(
                                "too-many-streams",
                                "Too many streams are open, or the service stops. Retry this request later.")
                        .exception();
            }
            subscriptions.add(subscription);
            String present = last;
            if (present != null && nanosUntilNextSample() > 0) {
                subscription.report(present);
            }
        }
        loop.wake();
        return subscription;
    }

    synchronized void remove(StatusSubscription subscription) {
        subscriptions.remove(subscription);
    }

    private synchronized List<StatusSubscription> subscriptions() {
        return List.copyOf(subscriptions);
    }

    private synchronized long nanosUntilNextSample() {
        return last == null ? 0 : sampledAtNanos + properties.interval().toNanos() - clock.nanos();
    }

    /** Reports a sample to all subscriptions if one is due, and returns the wait until the next round. */
    private long runRound() {
        if (subscriptions().isEmpty()) {
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
        subscriptions().forEach(subscription -> subscription.report(sample));
        return properties.interval().toNanos();
    }

    @Override
    public synchronized void start() {
        running = true;
        loop.start();
    }

    /** Ends all streams before the server waits for its requests, because a stream would otherwise delay the stop. */
    @Override
    public void stop() {
        synchronized (this) {
            running = false;
        }
        subscriptions().forEach(StatusSubscription::end);
        loop.stop(STOP_TIMEOUT);
    }

    @Override
    public synchronized boolean isRunning() {
        return running;
    }
}
