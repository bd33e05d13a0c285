package dev.studybuddy.api.cockroach;

import dev.studybuddy.api.cache.ResultCache;
import dev.studybuddy.background.MonotonicClock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Answers reads from CockroachDB while MongoDB is unavailable, without taking connections or much capacity from the
 * writes. At most {@code studybuddy.fallback.concurrent-reads} reads run at a time. A further read waits for at most
 * {@code studybuddy.fallback.max-wait}, and is then answered with 503.
 */
@Component
public final class FallbackReads {

    private static final int MAX_RESULTS = 500;

    private final FallbackPool pool;
    private final ResultCache<Object, SharedResult> results;

    FallbackReads(FallbackPool pool, FallbackProperties properties, MonotonicClock clock) {
        this.pool = pool;
        this.results = new ResultCache<>(properties.cache(), MAX_RESULTS, clock);
    }

    /**
     * Returns the result of a read that concerns one user, and that shows every write that was committed before it.
     * Each of its statements must use an index.
     *
     * @throws dev.studybuddy.api.http.ProblemException 503 if too many reads run at once
     */
    public <T> T readOfUser(Function<JdbcClient, T> read) {
        return pool.readCurrent(read);
    }

    /**
     * Returns the result of a read that is equal for all callers. All of them share it for a few seconds, so it may
     * miss the last writes. If a statement exceeds its timeout, they share this failure too, so that the slow statement
     * does not run again at once.
     *
     * @param key the key of the result, whose class and value no other read uses
     * @throws dev.studybuddy.api.http.ProblemException 503 if too many reads run at once
     */
    public <T> T readShared(Object key, Class<T> type, Function<JdbcClient, T> read) {
        return type.cast(
                results.get(key, () -> readResult(() -> pool.readRecent(read))).get());
    }

    private static SharedResult readResult(Supplier<?> read) {
        try {
            return new SharedResult(read.get(), null);
        } catch (QueryTimeoutException tooSlow) {
            return new SharedResult(null, tooSlow);
        }
    }

    /** A shared result is the result of a read, or the timeout of its statements. */
    private record SharedResult(
            @Nullable Object value, @Nullable RuntimeException failure) {

        Object get() {
            if (failure != null) {
                throw failure;
            }
            if (value == null) {
                throw new IllegalStateException("a shared result has neither a value nor a failure");
            }
            return value;
        }
    }
}
