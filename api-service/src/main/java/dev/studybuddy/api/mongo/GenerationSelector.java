package dev.studybuddy.api.mongo;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Selects the generation of each read model that this instance reads. It detects an activation within one second. After
 * an activation, it selects the previous generation while the new one is behind it, for at most five seconds.
 */
@Component
public final class GenerationSelector {

    private static final Logger LOG = LoggerFactory.getLogger(GenerationSelector.class);

    private final MongoReadBreaker breaker;
    private final MongoDatabases databases;
    private final GenerationStore store;
    private final long cacheNanos;
    private final Duration activationWait;
    private final MonotonicClock clock;
    private final Set<String> refreshing = ConcurrentHashMap.newKeySet();
    private final Map<String, CachedGeneration> cache = new ConcurrentHashMap<>();

    GenerationSelector(
            MongoReadBreaker breaker, MongoDatabases databases, MongoReadProperties properties, MonotonicClock clock) {
        this.breaker = breaker;
        this.databases = databases;
        this.store = new GenerationStore(databases.requests());
        this.cacheNanos = properties.generationCache().toNanos();
        this.activationWait = properties.activationWait();
        this.clock = clock;
    }

    /**
     * Returns the generation that one request must use for all its reads of a read model, with all its reads in the
     * session of the request.
     *
     * @throws MongoUnavailableException if MongoDB is unavailable or the read model has no active generation yet
     */
    public ReadGeneration current(String model, MongoSessions.MongoSession session) {
        return session.bind(find(model, session));
    }

    private ReadGeneration find(String model, MongoSessions.MongoSession session) {
        CachedGeneration cached = cache.get(model);
        long ageNanos = cached == null ? Long.MAX_VALUE : clock.nanos() - cached.readAtNanos();
        if (cached == null || ageNanos >= cacheNanos) {
            return refresh(model, cached, session);
        }
        // In the second half of the cache time, one request refreshes the entry for all requests.
        if (ageNanos >= cacheNanos / 2 && refreshing.add(model)) {
            try {
                return refresh(model, cached, session);
            } finally {
                refreshing.remove(model);
            }
        }
        return cached.generation();
    }

    /**
     * Returns the generation of each read model that has an active generation, with all its reads in the session of the
     * request.
     *
     * @throws MongoUnavailableException if MongoDB is unavailable
     */
    public List<ReadGeneration> findAll(MongoSessions.MongoSession session) {
        return breaker.read(() -> session.readAll(store)).stream()
                .filter(record -> record.active() != null)
                .map(record -> current(record.model(), session))
                .toList();
    }

    private ReadGeneration refresh(
            String model, @Nullable CachedGeneration previous, MongoSessions.MongoSession session) {
        long nowNanos = clock.nanos();
        return breaker.read(() -> {
            GenerationRecord record = session.read(store, model).orElseGet(() -> GenerationRecord.empty(model));
            Integer active = record.active();
            if (active == null) {
                throw new NoActiveGenerationException(model);
            }
            ReadGeneration next = ReadGeneration.of(record, active, databases.requests());
            CachedGeneration chosen = choose(previous, next, nowNanos, session);
            cache.put(model, chosen);
            return chosen.generation();
        });
    }

    private CachedGeneration choose(
            @Nullable CachedGeneration previous,
            ReadGeneration active,
            long nowNanos,
            MongoSessions.MongoSession session) {
        if (previous == null || previous.generation().number() == active.number()) {
            return new CachedGeneration(active, nowNanos, null);
        }
        long sinceNanos = previous.waitingSinceNanos() == null ? nowNanos : previous.waitingSinceNanos();
        // The wait must also end if no comparison succeeds.
        cache.replace(
                active.model(),
                previous,
                new CachedGeneration(previous.generation(), previous.readAtNanos(), sinceNanos));
        if (nowNanos - sinceNanos < activationWait.toNanos() && isBehind(active, previous.generation(), session)) {
            return new CachedGeneration(previous.generation(), nowNanos, sinceNanos);
        }
        LOG.atInfo()
                .addKeyValue("model", active.model())
                .addKeyValue("from", previous.generation().number())
                .addKeyValue("to", active.number())
                .log("This instance reads the activated generation from now on");
        return new CachedGeneration(active, nowNanos, null);
    }

    /**
     * Returns whether the next generation is behind the old one in any partition of a topic that both read. The method
     * reads the offsets of the old generation first. Otherwise the old generation could apply more batches between the
     * two reads, and the next one would seem to be behind.
     */
    private static boolean isBehind(ReadGeneration next, ReadGeneration old, MongoSessions.MongoSession session) {
        Map<String, Long> oldDone = session.bind(old).done();
        Map<String, Long> newDone = session.bind(next).done();
        return oldDone.entrySet().stream()
                .filter(entry -> next.readsJournal(entry.getKey()))
                .anyMatch(entry -> newDone.getOrDefault(entry.getKey(), -1L) < entry.getValue());
    }

    /**
     * Holds the generation that this instance reads.
     *
     * @param readAtNanos the reading of the monotonic clock when the record was read
     * @param waitingSinceNanos the reading of the monotonic clock when the wait for a newer generation began; null
     *     without such a wait
     */
    private record CachedGeneration(
            ReadGeneration generation,
            long readAtNanos,
            @Nullable Long waitingSinceNanos) {}
}
