package dev.studybuddy.api.leaderboard;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.mongodb.MongoException;
import com.mongodb.client.model.CountOptions;
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
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Estimates ranks above 10 000, because a request has no time to count so many users. When a request needs an estimate,
 * a background thread counts the users of the period in buckets of points. It counts a period at most once a minute,
 * and for at most a twentieth of the time, whether or not the counts succeed.
 */
@Component
final class RankEstimates {

    private static final Logger LOG = LoggerFactory.getLogger(RankEstimates.class);
    private static final Duration MIN_AGE = Duration.ofMinutes(1);
    private static final int WAIT_FACTOR = 20;
    private static final int MAX_HISTOGRAMS = 100;
    private static final int MAX_WAITING = 10;

    /** The server ends a count of one bucket after this time. The read timeout of jobs is longer by default. */
    private static final long MAX_COUNT_SECONDS = 20;

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
        PointsHistogram histogram = entry == null ? null : entry.histogram();
        return histogram == null ? OptionalLong.empty() : OptionalLong.of(histogram.estimateBetter(points));
    }

    private void build(Key key, ReadGeneration generation) {
        if (building.size() >= MAX_WAITING || !building.add(key)) {
            return;
        }
        builder.execute(() -> {
            long startNanos = clock.nanos();
            Entry previous = histograms.getIfPresent(key);
            PointsHistogram histogram = previous == null ? null : previous.histogram();
            try {
                histogram = count(generation.withDatabase(databases.jobs()).rollups(), key.period());
            } catch (MongoException failed) {
                LOG.atInfo()
                        .addKeyValue("period", key.period())
                        .addKeyValue("error", failed.getMessage())
                        .log("MongoDB did not count the users of a period; a later request for a rank above 10 000"
                                + " starts the count again, after a minute at the earliest");
            } finally {
                long nowNanos = clock.nanos();
                long waitNanos = Math.max(MIN_AGE.toNanos(), WAIT_FACTOR * (nowNanos - startNanos));
                histograms.put(key, new Entry(histogram, nowNanos + waitNanos));
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
                .maxTime(MAX_COUNT_SECONDS, TimeUnit.SECONDS)
                .first();
        long highest = best != null && best.get("points") instanceof Number number ? number.longValue() : 0;
        return PointsHistogram.build(
                highest,
                (above, upTo) -> totals.countDocuments(
                        new Document(users).append("points", new Document("$gt", above).append("$lte", upTo)),
                        new CountOptions().maxTime(MAX_COUNT_SECONDS, TimeUnit.SECONDS)));
    }

    @PreDestroy
    void close() {
        builder.shutdownNow();
    }

    private record Key(int generation, String period) {}

    /**
     * This record holds a histogram and the time of the next one.
     *
     * @param histogram the newest histogram; null if no count has succeeded
     * @param nextAtNanos the reading of the monotonic clock from which the users are counted again
     */
    private record Entry(@Nullable PointsHistogram histogram, long nextAtNanos) {}
}
