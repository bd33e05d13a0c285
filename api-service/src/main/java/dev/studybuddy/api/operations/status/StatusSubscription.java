package dev.studybuddy.api.operations.status;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A subscription hands the newest status to one stream. It holds one notice at most; a newer one replaces it. */
final class StatusSubscription implements AutoCloseable {

    private final StatusFeed feed;
    private final UUID caller;
    private final BlockingQueue<Notice> newest = new ArrayBlockingQueue<>(1);
    private boolean ended;

    StatusSubscription(StatusFeed feed, UUID caller) {
        this.feed = feed;
        this.caller = caller;
    }

    /** A notice is what a subscription reports next. */
    sealed interface Notice {}

    /** This notice contains a status as one line of JSON. */
    record Reported(String json) implements Notice {}

    /** The subscription reports nothing more, because the service stops. */
    record Ended() implements Notice {}

    /**
     * Waits for the next notice, and returns null if none arrives in time.
     *
     * @param within the longest wait
     */
    @Nullable
    Notice next(Duration within) throws InterruptedException {
        return newest.poll(within.toNanos(), TimeUnit.NANOSECONDS);
    }

    UUID caller() {
        return caller;
    }

    synchronized void report(String json) {
        if (!ended) {
            replace(new Reported(json));
        }
    }

    synchronized void end() {
        ended = true;
        replace(new Ended());
    }

    private void replace(Notice notice) {
        newest.clear();
        newest.add(notice);
    }

    @Override
    public void close() {
        feed.remove(this);
    }
}
