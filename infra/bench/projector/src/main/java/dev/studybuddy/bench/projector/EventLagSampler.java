package dev.studybuddy.bench.projector;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import dev.studybuddy.bench.projector.workload.EventMix;
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
 * An event lag sampler reads MongoDB as a client would. For a sample of the events, it measures the time from when the
 * event was passed to the producer until a read returned the mirror at the event's version or a newer one.
 */
final class EventLagSampler implements AutoCloseable {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(3);
    private static final int SAMPLES_PER_SECOND = 50;
    private static final double MICROS_PER_MILLI = 1000;

    private final MongoCollection<Document> mirrors;
    private final int todosPerSample;
    private final Map<String, Sample> samples = new ConcurrentHashMap<>();
    private final Histogram lag = new Histogram(3);
    private final Thread thread;
    private volatile boolean stopping;
    private long todoCount;

    private record Sample(long version, long sentMicros) {}

    /**
     * Starts a sampler. It samples todos only, so that one query covers all samples. About half of the events concern
     * todos. The sampler samples about 50 of these events per second, or all if fewer are sent.
     *
     * @param perSecond number of events that are offered per second
     */
    EventLagSampler(MongoCollection<Document> todos, int perSecond) {
        this.mirrors = todos;
        this.todosPerSample = Math.max(1, perSecond / 2 / SAMPLES_PER_SECOND);
        this.thread = Thread.ofPlatform().name("event-lag-sampler").start(this::pollMirrors);
    }

    /** Adds a sample if the event, which is about to be sent, is a todo and the next one to sample. */
    void recordSend(EventMix.Event event, long nowMicros) {
        if (event.type() == AggregateType.TODO && todoCount++ % todosPerSample == 0) {
            // An earlier sample of the todo stays. The mirror at the newer version shows both events, so a replacement
            // would lose the longer lag.
            samples.putIfAbsent(event.state().id(), new Sample(event.state().version(), nowMicros));
        }
    }

    /** Waits until every sample is visible. */
    void awaitAllVisible(Duration limit) {
        PollingWait.until("every sampled mirror is visible", POLL_INTERVAL, limit, samples::isEmpty);
    }

    double percentileMillis(double percentile) {
        return lag.getValueAtPercentile(percentile) / MICROS_PER_MILLI;
    }

    long sampleCount() {
        return lag.getTotalCount();
    }

    @Override
    public void close() {
        stopping = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pollMirrors() {
        while (!stopping) {
            if (!samples.isEmpty()) {
                for (Document mirror :
                        mirrors.find(Filters.in("_id", samples.keySet())).projection(Projections.include("version"))) {
                    recordVisible(
                            mirror.getString("_id"),
                            mirror.get("version", Number.class).longValue());
                }
            }
            LockSupport.parkNanos(POLL_INTERVAL.toNanos());
        }
    }

    private void recordVisible(String id, long version) {
        Sample sample = samples.get(id);
        if (sample != null && version >= sample.version()) {
            lag.recordValue(Math.max(0, TopicWriter.micros(Instant.now()) - sample.sentMicros()));
            samples.remove(id);
        }
    }
}
