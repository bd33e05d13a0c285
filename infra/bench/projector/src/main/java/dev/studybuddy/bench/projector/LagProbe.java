package dev.studybuddy.bench.projector;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import dev.studybuddy.bench.projector.workload.Mix;
import dev.studybuddy.bench.projector.workload.TopicWriter;
import dev.studybuddy.contract.AggregateType;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.bson.Document;

/**
 * Looks at MongoDB as a reader would: for a sample of the events, how long after the event was given to the producer a read
 * answered with a mirror at its version or a newer one.
 */
final class LagProbe implements AutoCloseable {

    private static final Duration LOOK_EVERY = Duration.ofMillis(3);
    private static final int PER_SECOND = 50;
    private static final double MILLIS = 1000;

    private final MongoCollection<Document> mirrors;
    private final int everyNth;
    private final Map<String, Watched> watched = new ConcurrentHashMap<>();
    private final Histogram lag = new Histogram(3);
    private final Thread thread;
    private volatile boolean ended;
    private long todos;

    private record Watched(long version, long sinceMicros) {}

    /** Of todos only, so that one look is one read. */
    LagProbe(MongoCollection<Document> todos, int perSecond) {
        this.mirrors = todos;
        this.everyNth = Math.max(1, perSecond / 2 / PER_SECOND);
        this.thread = Thread.ofPlatform().name("lag-probe").start(this::look);
    }

    /** Tells of an event that is about to be sent. */
    void sending(Mix.Event event, long nowMicros) {
        if (event.type() == AggregateType.TODO && todos++ % everyNth == 0) {
            // One that is watched already stays so: the newer version would show it too soon.
            watched.putIfAbsent(event.state().id(), new Watched(event.state().version(), nowMicros));
        }
    }

    /** Waits until all are seen. */
    void awaitAll(Duration limit) {
        Waiting.until("every mirror to be seen", LOOK_EVERY, limit, watched::isEmpty);
    }

    double millis(double percentile) {
        return lag.getValueAtPercentile(percentile) / MILLIS;
    }

    long seen() {
        return lag.getTotalCount();
    }

    @Override
    public void close() {
        ended = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        while (!ended) {
            if (!watched.isEmpty()) {
                for (Document mirror :
                        mirrors.find(Filters.in("_id", watched.keySet())).projection(Projections.include("version"))) {
                    seen(
                            mirror.getString("_id"),
                            mirror.get("version", Number.class).longValue());
                }
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }

    private void seen(String id, long version) {
        Watched one = watched.get(id);
        if (one != null && version >= one.version()) {
            lag.recordValue(Math.max(0, TopicWriter.micros(Instant.now()) - one.sinceMicros()));
            watched.remove(id);
        }
    }
}
