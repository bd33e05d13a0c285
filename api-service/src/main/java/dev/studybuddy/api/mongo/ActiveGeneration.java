package dev.studybuddy.api.mongo;

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

/** The generation of each read model that this instance reads; it follows the record with at most a second's delay. */
@Component
public final class ActiveGeneration {

    private static final Logger LOG = LoggerFactory.getLogger(ActiveGeneration.class);

    private final MongoGate gate;
    private final MongoDatabases databases;
    private final GenerationStore store;
    private final long cacheNanos;
    private final Duration switchWait;
    private final Set<String> refreshing = ConcurrentHashMap.newKeySet();
    private final Map<String, Serving> serving = new ConcurrentHashMap<>();

    ActiveGeneration(MongoGate gate, MongoDatabases databases, MongoReadProperties properties) {
        this.gate = gate;
        this.databases = databases;
        this.store = new GenerationStore(databases.requests());
        this.cacheNanos = properties.generationCache().toNanos();
        this.switchWait = properties.switchWait();
    }

    /**
     * The generation of a read model to use for all reads of one request.
     *
     * @throws MongoAwayException where MongoDB is away or has no active generation of it yet
     */
    public ReadGeneration current(String model) {
        Serving seen = serving.get(model);
        long age = seen == null ? Long.MAX_VALUE : System.nanoTime() - seen.readAt();
        if (seen == null || age >= cacheNanos) {
            return refresh(model, seen);
        }
        // Half-way through, one request reads ahead for all.
        if (age >= cacheNanos / 2 && refreshing.add(model)) {
            try {
                return refresh(model, seen);
            } finally {
                refreshing.remove(model);
            }
        }
        return seen.generation();
    }

    /**
     * The generations of all read models that have one that answers.
     *
     * @throws MongoAwayException where MongoDB is away
     */
    public List<ReadGeneration> all() {
        return gate.read(store::readAll).stream()
                .filter(record -> record.active() != null)
                .map(record -> current(record.model()))
                .toList();
    }

    private ReadGeneration refresh(String model, @Nullable Serving before) {
        long now = System.nanoTime();
        return gate.read(() -> {
            GenerationRecord record = store.read(model).orElseGet(() -> GenerationRecord.empty(model));
            Integer active = record.active();
            if (active == null) {
                throw new MongoAwayException("MongoDB holds no generation of " + model + " yet", null);
            }
            Serving next = follow(before, ReadGeneration.of(record, active, databases.requests()), now);
            serving.put(model, next);
            return next.generation();
        });
    }

    private Serving follow(@Nullable Serving before, ReadGeneration active, long now) {
        if (before == null || before.generation().number() == active.number()) {
            return new Serving(active, now, null);
        }
        long since = before.switchSince() == null ? now : before.switchSince();
        if (now - since < switchWait.toNanos() && isBehind(active, before.generation())) {
            return new Serving(before.generation(), now, since);
        }
        LOG.atInfo()
                .addKeyValue("model", active.model())
                .addKeyValue("from", before.generation().number())
                .addKeyValue("to", active.number())
                .log("Reads move to another generation");
        return new Serving(active, now, null);
    }

    /** The old one's position is read first: what the new one has then is not older. */
    private static boolean isBehind(ReadGeneration next, ReadGeneration old) {
        Map<String, Long> reached = old.done();
        Map<String, Long> offered = next.done();
        return reached.entrySet().stream().anyMatch(one -> offered.getOrDefault(one.getKey(), -1L) < one.getValue());
    }

    private record Serving(
            ReadGeneration generation,
            long readAt,
            @Nullable Long switchSince) {}
}
