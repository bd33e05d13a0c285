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
 * @param <V> the type of the results, which several threads may use
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
     * Returns a result whose read began after MongoDB showed the caller's writes. The method returns a shared result of
     * any age that the cache permits if the wait would be too long, if MongoDB did not show the writes in time, or if
     * the caller presented none.
     *
     * @param read the read of MongoDB, whose exception ends the call of each request that waits for it
     * @throws dev.studybuddy.api.mongo.MongoUnavailableException if MongoDB is unavailable
     * @throws dev.studybuddy.api.http.ProblemException 503 if too many requests read at once, or if the read of another
     *     request takes too long
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
