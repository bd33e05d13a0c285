package dev.studybuddy.api.consistency;

import dev.studybuddy.api.cache.ResultCache;
import dev.studybuddy.api.mongo.MongoReadBreaker;
import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Shares the results of reads of MongoDB between requests for a short time. One request at a time reads the result of a
 * key.
 *
 * @param <K> the type of the keys, which have value semantics and contain the number of the generation
 */
public final class SharedResults<K, V> {

    private final ResultCache<K, V> results;
    private final MongoReadBreaker breaker;

    /**
     * Creates an empty store.
     *
     * @param maxAge the age at which a result is read again
     * @param maxResults the largest number of results in memory
     */
    public SharedResults(Duration maxAge, int maxResults, MongoReadBreaker breaker, MonotonicClock clock) {
        this.results = new ResultCache<>(maxAge, maxResults, clock);
        this.breaker = breaker;
    }

    /**
     * Returns a result that is as recent as a request needs it, or the present one if the wait would be too long.
     *
     * @param read the read of MongoDB, whose exception ends the call of each request that waits for it
     * @throws dev.studybuddy.api.mongo.MongoUnavailableException if MongoDB is unavailable
     */
    public SharedRead.Result<V> read(K key, SharedRead.Freshness freshness, Supplier<V> read) {
        Supplier<V> computation = () -> breaker.read(read);
        if (freshness.sinceNanos().isEmpty()) {
            return new SharedRead.Result<>(results.get(key, computation), false);
        }
        long sinceNanos = freshness.sinceNanos().getAsLong();
        ResultCache.Result<V> result = results.getSince(key, sinceNanos, freshness.maxWait(), computation);
        return new SharedRead.Result<>(result.value(), result.startedAtNanos() - sinceNanos >= 0);
    }
}
