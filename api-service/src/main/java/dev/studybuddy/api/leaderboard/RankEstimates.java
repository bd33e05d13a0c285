package dev.studybuddy.api.leaderboard;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.mongodb.MongoException;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.mongo.ReadCollection;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.readmodel.RollupKey;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.bson.Document;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Estimates ranks above 10 000, because a request has no time to count so many users. When a request needs an estimate,
 * a background thread counts the users of the period in buckets of points. It counts a period at most once a minute,
 * and for at most a twentieth of the time.
 */
@Component
final class RankEstimates {

    private static final Logger LOG = LoggerFactory.getLogger(RankEstimates.class);
    private static final Duration MIN_AGE = Duration.ofMinutes(1);
    private static final int WAIT_FACTOR = 20;
    private static final int MAX_HISTOGRAMS = 100;
    private static final int MAX_WAITING = 10;

    private final MongoDatabases databases;
    private final MonotonicClock clock;
    private final Cache<Key, Entry> histograms = Caffeine.newBuilder()
            .maximumSize(MAX_HISTOGRAMS)
            .expireAfterAccess(Duration.ofHours(1))
            .build();
    private final Set<Key> building = ConcurrentHashMap.newKeySet();
    private final ExecutorService builder = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "rank-estimates");
        thread.setDaemon(true);
        return thread;
    });

    RankEstimates(MongoDatabases databases, MonotonicClock clock) {
        this.databases = databases;
        this.clock = clock;
    }

    /**
     * Returns the estimated number of users with more points in a period; empty before the users of the period were
     * counted for the first time.
     */
    OptionalLong find(ReadGeneration generation, String period, long points) {
        Key key = new Key(generation.number(), period);
        Entry entry = histograms.getIfPresent(key);
        if (entry == null || clock.nanos() - entry.nextAtNanos() >= 0) {
            build(key, generation);
        }
        return entry == null
                ? OptionalLong.empty()
                : OptionalLong.of(entry.histogram().estimateBetter(points));
    }

    private void build(Key key, ReadGeneration generation) {
        if (building.size() >= MAX_WAITING || !building.add(key)) {
            return;
        }
        builder.execute(() -> {
            try {
                long startNanos = clock.nanos();
                PointsHistogram histogram =
                        count(generation.withDatabase(databases.jobs()).rollups(), key.period());
                long tookNanos = clock.nanos() - startNanos;
                long waitNanos = Math.max(MIN_AGE.toNanos(), WAIT_FACTOR * tookNanos);
                histograms.put(key, new Entry(histogram, clock.nanos() + waitNanos));
            } catch (MongoException failed) {
                LOG.atInfo()
                        .addKeyValue("period", key.period())
                        .addKeyValue("error", failed.getMessage())
                        .log("MongoDB did not count the users of a period; the next request for a rank above 10 000"
                                + " starts the count again");
            } finally {
                building.remove(key);
            }
        });
    }

    private static PointsHistogram count(ReadCollection totals, String period) {
        Document users = new Document("period", period).append("kind", RollupKey.USER);
        Document best = totals.find(users)
                .sort(new Document("points", -1).append("userId", 1))
                .limit(1)
                .projection(new Document("points", 1))
                .first();
        long highest = best != null && best.get("points") instanceof Number number ? number.longValue() : 0;
        return PointsHistogram.build(
                highest,
                (above, upTo) -> totals.countDocuments(
                        new Document(users).append("points", new Document("$gt", above).append("$lte", upTo))));
    }

    @PreDestroy
    void close() {
        builder.shutdownNow();
    }

    private record Key(int generation, String period) {}

    /**
     * This record holds a histogram and the time of the next one.
     *
     * @param nextAtNanos the reading of the monotonic clock from which the users are counted again
     */
    private record Entry(PointsHistogram histogram, long nextAtNanos) {}
}
