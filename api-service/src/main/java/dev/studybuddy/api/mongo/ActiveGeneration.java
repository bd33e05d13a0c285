package dev.studybuddy.api.mongo;

import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The generation that this instance reads; it follows the record with at most a second's delay. */
@Component
public final class ActiveGeneration {

    private static final Logger LOG = LoggerFactory.getLogger(ActiveGeneration.class);

    private final MongoGate gate;
    private final MongoDatabases databases;
    private final GenerationStore store;
    private final long cacheNanos;
    private final Duration switchWait;
    private final AtomicBoolean refreshing = new AtomicBoolean();
    private volatile @Nullable Serving serving;

    ActiveGeneration(MongoGate gate, MongoDatabases databases, MongoReadProperties properties) {
        this.gate = gate;
        this.databases = databases;
        this.store = new GenerationStore(databases.requests());
        this.cacheNanos = properties.generationCache().toNanos();
        this.switchWait = properties.switchWait();
    }

    /**
     * The generation to use for all reads of one request.
     *
     * @throws MongoAwayException where MongoDB is away or has no active generation yet
     */
    public ReadGeneration current() {
        Serving seen = serving;
        long age = seen == null ? Long.MAX_VALUE : System.nanoTime() - seen.readAt();
        if (seen == null || age >= cacheNanos) {
            return refresh(seen);
        }
        // Half-way through, one request reads ahead for all.
        if (age >= cacheNanos / 2 && refreshing.compareAndSet(false, true)) {
            try {
                return refresh(seen);
            } finally {
                refreshing.set(false);
            }
        }
        return generation(seen.number());
    }

    private ReadGeneration refresh(@Nullable Serving before) {
        long now = System.nanoTime();
        int number = gate.read(() -> {
            Integer active =
                    store.read(Names.STUDY).map(GenerationRecord::active).orElse(null);
            if (active == null) {
                throw new MongoAwayException("MongoDB holds no generation yet", null);
            }
            Serving next = follow(before, active, now);
            serving = next;
            return next.number();
        });
        return generation(number);
    }

    private Serving follow(@Nullable Serving before, int active, long now) {
        if (before == null || before.number() == active) {
            return new Serving(active, now, null);
        }
        long since = before.switchSince() == null ? now : before.switchSince();
        if (now - since < switchWait.toNanos() && isBehind(active, before.number())) {
            return new Serving(before.number(), now, since);
        }
        LOG.atInfo()
                .addKeyValue("from", before.number())
                .addKeyValue("to", active)
                .log("Reads move to another generation");
        return new Serving(active, now, null);
    }

    /** The old one's position is read first: what the new one has then is not older. */
    private boolean isBehind(int next, int old) {
        Map<String, Long> reached = generation(old).done();
        Map<String, Long> offered = generation(next).done();
        return reached.entrySet().stream().anyMatch(one -> offered.getOrDefault(one.getKey(), -1L) < one.getValue());
    }

    private ReadGeneration generation(int number) {
        return new ReadGeneration(number, databases.requests());
    }

    private record Serving(
            int number, long readAt, @Nullable Long switchSince) {}
}
