package dev.studybuddy.api.consistency;

import dev.studybuddy.api.sse.EventSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A subscription waits until the read model shows the versions that one caller has written, and reports each of them.
 * It holds at most {@link #MAX_PENDING} aggregates. The subscription ends if the caller writes more aggregates before
 * the read model shows them, or if too many notices wait for the stream to send them.
 */
public final class VersionSubscription implements EventSource<AggregateVersion>, AutoCloseable {

    /** A subscription waits for at most this number of aggregates at a time. */
    static final int MAX_PENDING = 200;

    /** A subscription keeps at most this number of notices that its stream has not sent. */
    private static final int MAX_NOTICES = 1000;

    private final VersionFeed feed;
    private final UUID caller;
    private final Map<AggregateKey, AggregateVersion> pending = new LinkedHashMap<>();
    private final BlockingQueue<Notice<AggregateVersion>> notices = new LinkedBlockingQueue<>(MAX_NOTICES);
    private boolean ended;

    VersionSubscription(VersionFeed feed, UUID caller) {
        this.feed = feed;
        this.caller = caller;
    }

    /** Identifies an aggregate. */
    record AggregateKey(String type, String id) {

        static AggregateKey of(AggregateVersion version) {
            return new AggregateKey(version.type().code(), version.id());
        }
    }

    @Override
    public @Nullable Notice<AggregateVersion> next(Duration within) throws InterruptedException {
        return notices.poll(within.toNanos(), TimeUnit.NANOSECONDS);
    }

    UUID caller() {
        return caller;
    }

    /**
     * Adds versions for which the subscription waits. A newer version of an aggregate replaces an older one. A
     * subscription that has ended waits for nothing.
     */
    synchronized void add(List<AggregateVersion> versions) {
        if (ended) {
            return;
        }
        for (AggregateVersion version : versions) {
            pending.merge(
                    AggregateKey.of(version), version, (one, other) -> one.version() >= other.version() ? one : other);
        }
        if (pending.size() > MAX_PENDING) {
            end();
        }
    }

    synchronized List<AggregateVersion> pending() {
        return List.copyOf(pending.values());
    }

    /**
     * Reports the versions that the read model shows. A version that a newer one has replaced since the poll is not
     * reported.
     */
    synchronized void report(List<AggregateVersion> shown) {
        List<AggregateVersion> reported = new ArrayList<>(shown);
        reported.removeIf(version -> !pending.remove(AggregateKey.of(version), version));
        for (AggregateVersion version : reported) {
            if (!notices.offer(new Event<>(version))) {
                end();
            }
        }
    }

    synchronized void end() {
        pending.clear();
        if (!ended) {
            ended = true;
            if (!notices.offer(new End<>())) {
                notices.clear();
                notices.add(new End<>());
            }
        }
    }

    @Override
    public void close() {
        feed.remove(this);
    }
}
