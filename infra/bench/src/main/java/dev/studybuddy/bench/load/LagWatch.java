package dev.studybuddy.bench.load;

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
import org.HdrHistogram.Histogram;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Measures how long sampled writes take to be seen in MongoDB, by asking for their mirrors every few milliseconds: what it
 * says is at most that much too long, plus the answer's way back.
 */
public final class LagWatch implements AutoCloseable {

    private static final int WATCHED_AT_ONCE = 32;
    private static final int QUEUED = 32;
    private static final int DIGITS = 3;
    private static final Duration LOOK_EVERY = Duration.ofMillis(3);
    private static final Duration GIVE_UP = Duration.ofSeconds(60);
    private static final Duration END_LIMIT = GIVE_UP.plusSeconds(10);

    private final BlockingQueue<Sample> queue = new ArrayBlockingQueue<>(QUEUED);
    private final List<Sample> watched = new ArrayList<>();
    private final Histogram lags = new Histogram(DIGITS);
    private final MongoClient client;
    private final MongoDatabase database;
    private final int generation;
    private final Thread thread = new Thread(this::watch, "lag-watch");
    private volatile boolean ending;
    private final AtomicLong givenUp = new AtomicLong();
    private volatile @Nullable RuntimeException fault;

    /**
     * Starts watching the active generation.
     *
     * @throws IllegalStateException where none is active
     */
    public LagWatch(String mongoUri) {
        String name = Objects.requireNonNull(new ConnectionString(mongoUri).getDatabase(), "the URI names a database");
        client = MongoClients.create(mongoUri);
        database = client.getDatabase(name);
        generation = new GenerationStore(database)
                .read(Names.STUDY)
                .map(GenerationRecord::active)
                .orElseThrow(() -> new IllegalStateException("no generation of the read model is active"));
        thread.start();
    }

    /** Takes a write that was answered just now; drops it where enough are watched. */
    void offer(AggregateKey key, long version) {
        queue.offer(new Sample(key, version, System.nanoTime()));
    }

    /** Waits until all that was taken is seen or given up. */
    void end() throws InterruptedException {
        ending = true;
        thread.join(END_LIMIT);
        RuntimeException broken = fault;
        if (broken != null) {
            throw new IllegalStateException("the lag could not be watched", broken);
        }
    }

    Percentiles percentiles() {
        return Percentiles.of(lags);
    }

    long givenUp() {
        return givenUp.get();
    }

    @Override
    public void close() {
        ending = true;
        thread.interrupt();
        client.close();
    }

    private void watch() {
        try {
            while (!(ending && queue.isEmpty() && watched.isEmpty())) {
                takeMore();
                look();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException broken) {
            fault = broken;
        }
    }

    private void takeMore() throws InterruptedException {
        int room = WATCHED_AT_ONCE - watched.size();
        if (room == 0) {
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
            return;
        }
        Sample next = queue.poll(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        if (next != null) {
            watched.add(next);
            queue.drainTo(watched, room - 1);
        }
    }

    private void look() {
        for (AggregateType type : AggregateType.values()) {
            List<String> ids = watched.stream()
                    .filter(one -> one.key().type() == type)
                    .map(one -> one.key().id())
                    .distinct()
                    .toList();
            if (!ids.isEmpty()) {
                forgetSeen(type, versions(type, ids));
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

    private void forgetSeen(AggregateType type, Map<String, Long> versions) {
        long now = System.nanoTime();
        Iterator<Sample> each = watched.iterator();
        while (each.hasNext()) {
            Sample one = each.next();
            if (one.key().type() != type) {
                continue;
            }
            Long version = versions.get(one.key().id());
            if (version != null && version >= one.version()) {
                lags.recordValue((now - one.answeredAt()) / 1_000);
                each.remove();
            } else if (now - one.answeredAt() > GIVE_UP.toNanos()) {
                givenUp.incrementAndGet();
                each.remove();
            }
        }
    }

    private record Sample(AggregateKey key, long version, long answeredAt) {}
}
