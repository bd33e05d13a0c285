package dev.studybuddy.load;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import dev.studybuddy.audit.AggregateKey;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * A write lag sampler measures how long sampled writes take to become visible in MongoDB. It reads the mirrors of at
 * most 32 samples at a time and waits for at most 3 ms between two reads. Their measured lags are therefore too long by
 * at most this wait and the duration of the reads. A further sample first waits in a queue, which can make its measured
 * lag longer.
 */
public final class WriteLagSampler implements AutoCloseable {

    private static final int MAX_OPEN_SAMPLES = 32;
    private static final int QUEUE_CAPACITY = 32;
    private static final Duration POLL_INTERVAL = Duration.ofMillis(3);
    private static final Duration SAMPLE_LIMIT = Duration.ofSeconds(60);
    private static final Duration END_LIMIT = SAMPLE_LIMIT.plusSeconds(10);

    private final BlockingQueue<Sample> queue = new ArrayBlockingQueue<>(QUEUE_CAPACITY);
    private final List<Sample> openSamples = new ArrayList<>();
    private final DurationRecorder lags = new DurationRecorder();
    private final MongoClient client;
    private final MongoDatabase database;
    private final int generation;
    private final Thread thread = new Thread(this::run, "write-lag-sampler");
    private volatile boolean stopping;
    private final AtomicLong givenUp = new AtomicLong();
    private volatile @Nullable RuntimeException fault;

    /**
     * Starts to read the mirrors of the active generation of the read model.
     *
     * @throws IllegalStateException if no generation is active
     */
    public WriteLagSampler(String mongoUri) {
        String name = Objects.requireNonNull(
                new ConnectionString(mongoUri).getDatabase(), "the MongoDB URI must name a database");
        client = MongoClients.create(mongoUri);
        database = client.getDatabase(name);
        generation = new GenerationStore(database)
                .read(Names.STUDY)
                .map(GenerationRecord::active)
                .orElseThrow(() -> new IllegalStateException("the read model has no active generation"));
        thread.start();
    }

    /** Adds a write that was answered just now. The sample is dropped if the queue is full. */
    void offer(AggregateKey key, long version) {
        queue.offer(new Sample(key, version, System.nanoTime()));
    }

    /** Waits until every sample is visible or has timed out. */
    void awaitSamples() throws InterruptedException {
        stopping = true;
        thread.join(END_LIMIT);
        RuntimeException failure = fault;
        if (failure != null) {
            throw new IllegalStateException("the lag sampler failed, so that it did not measure the lag", failure);
        }
    }

    Percentiles percentiles() {
        return lags.endAll();
    }

    /** Ends an interval and returns the percentiles of its lags. */
    Percentiles endInterval() {
        return lags.endInterval();
    }

    long givenUp() {
        return givenUp.get();
    }

    @Override
    public void close() {
        stopping = true;
        thread.interrupt();
        client.close();
    }

    private void run() {
        try {
            while (!(stopping && queue.isEmpty() && openSamples.isEmpty())) {
                takeSamples();
                pollMirrors();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            fault = failure;
        }
    }

    private void takeSamples() throws InterruptedException {
        int capacity = MAX_OPEN_SAMPLES - openSamples.size();
        if (capacity == 0) {
            LockSupport.parkNanos(POLL_INTERVAL.toNanos());
            return;
        }
        Sample next = queue.poll(POLL_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        if (next != null) {
            openSamples.add(next);
            queue.drainTo(openSamples, capacity - 1);
        }
    }

    private void pollMirrors() {
        for (AggregateType type : AggregateType.values()) {
            List<String> ids = openSamples.stream()
                    .filter(sample -> sample.key().type() == type)
                    .map(sample -> sample.key().id())
                    .distinct()
                    .toList();
            if (!ids.isEmpty()) {
                removeVisible(type, versions(type, ids));
            }
        }
    }

    private Map<String, Long> versions(AggregateType type, List<String> ids) {
        Map<String, Long> versions = new HashMap<>();
        for (Document mirror : database.getCollection(Names.mirrors(type, generation))
                .find(Filters.in("_id", ids))
                .projection(Projections.include("version"))) {
            versions.put(
                    mirror.getString("_id"), mirror.get("version", Number.class).longValue());
        }
        return versions;
    }

    private void removeVisible(AggregateType type, Map<String, Long> versions) {
        long now = System.nanoTime();
        Iterator<Sample> each = openSamples.iterator();
        while (each.hasNext()) {
            Sample sample = each.next();
            if (sample.key().type() != type) {
                continue;
            }
            Long version = versions.get(sample.key().id());
            if (version != null && version >= sample.version()) {
                lags.add(Duration.ofNanos(now - sample.answeredAtNanos()));
                each.remove();
            } else if (now - sample.answeredAtNanos() > SAMPLE_LIMIT.toNanos()) {
                givenUp.incrementAndGet();
                each.remove();
            }
        }
    }

    private record Sample(AggregateKey key, long version, long answeredAtNanos) {}
}
