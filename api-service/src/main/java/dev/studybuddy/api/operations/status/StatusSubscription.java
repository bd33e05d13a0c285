package dev.studybuddy.api.operations.status;

import dev.studybuddy.api.sse.EventSource;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A subscription passes the newest status, as one line of JSON, to one stream. It holds at most one status; a newer one
 * replaces it.
 */
final class StatusSubscription implements EventSource<String>, AutoCloseable {

    private final StatusFeed feed;
    private final UUID caller;
    private final BlockingQueue<Notice<String>> newest = new ArrayBlockingQueue<>(1);
    private boolean ended;

    StatusSubscription(StatusFeed feed, UUID caller) {
        this.feed = feed;
        this.caller = caller;
    }

    @Override
    public @Nullable Notice<String> next(Duration within) throws InterruptedException {
        return newest.poll(within.toNanos(), TimeUnit.NANOSECONDS);
    }

    UUID caller() {
        return caller;
    }

    synchronized void report(String json) {
        if (!ended) {
            replace(new Event<>(json));
        }
    }

    synchronized void end() {
        ended = true;
        replace(new End<>());
    }

    private void replace(Notice<String> notice) {
        newest.clear();
        newest.add(notice);
    }

    @Override
    public void close() {
        feed.remove(this);
    }
}
