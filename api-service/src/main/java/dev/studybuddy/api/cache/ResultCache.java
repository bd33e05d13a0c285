package dev.studybuddy.api.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.studybuddy.api.admission.ReadLimiter;
import dev.studybuddy.api.deadline.Deadline;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.ProblemException;
import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps results for a short time. For each key, one request at a time computes the result, at most once in the maximum
 * age. During that computation, the other requests use the previous result if it is younger than twice the maximum age,
 * and otherwise wait for the new one. If the computation fails, the calls of all requests that wait for it fail, and the
 * next request computes the result again. However, if the deadline of the request that computes was near when it began,
 * only its own call fails, and another request computes the result.
 *
 * @param <K> the type of the keys, which have value semantics
 * @param <V> the type of the results, which several threads may use
 */
public final class ResultCache<K, V> {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(3);

    private final long maxAgeNanos;
    private final MonotonicClock clock;
    private final Cache<K, Result<V>> results;
    private final Map<K, CompletableFuture<Result<V>>> running = new ConcurrentHashMap<>();

    /**
     * Creates an empty cache.
     *
     * @param maxAge the age at which a result is computed again
     * @param maxResults the largest number of results in memory
     */
    public ResultCache(Duration maxAge, int maxResults, MonotonicClock clock) {
        this.maxAgeNanos = maxAge.toNanos();
        this.clock = clock;
        this.results = Caffeine.newBuilder()
                .maximumSize(maxResults)
                .expireAfterWrite(maxAge.multipliedBy(2).plusSeconds(1))
                .build();
    }

    /**
     * A result is a computed value.
     *
     * @param startedAtNanos the reading of the monotonic clock at which its computation began
     */
    public record Result<V>(V value, long startedAtNanos) {}

    /**
     * Returns the value of a key, which is at most twice as old as the maximum age.
     *
     * @param computation the computation of the value; its exception ends the call of each request that waits for it
     * @throws ProblemException 503 if the computation of another request takes too long
     */
    public V get(K key, Supplier<V> computation) {
        while (true) {
            Result<V> present = results.getIfPresent(key);
            if (present != null && age(present) < maxAgeNanos) {
                return present.value();
            }
            CompletableFuture<Result<V>> mine = new CompletableFuture<>();
            CompletableFuture<Result<V>> other = running.putIfAbsent(key, mine);
            if (other == null) {
                return compute(key, mine, computation).value();
            }
            if (present != null && age(present) < 2 * maxAgeNanos) {
                return present.value();
            }
            Optional<Result<V>> shared = await(other);
            if (shared.isPresent()) {
                return shared.get().value();
            }
        }
    }

    /**
     * Returns a result whose computation began at the given time or later. If the present result is older, the method
     * waits until this result reaches the maximum age, and then computes a new one. If that wait would be too long, if
     * the deadline of the request is near, or if the thread is interrupted, the method returns the present result. The
     * wait does not count towards that deadline.
     *
     * @param sinceNanos the given time, as a reading of the monotonic clock
     * @param maxWait the longest wait until a computation may begin
     * @throws ProblemException 503 if the computation of another request takes too long
     */
    public Result<V> getSince(K key, long sinceNanos, Duration maxWait, Supplier<V> computation) {
        long endNanos = clock.nanos() + maxWait.toNanos();
        while (true) {
            Result<V> present = results.getIfPresent(key);
            if (present != null && present.startedAtNanos() - sinceNanos >= 0) {
                return present;
            }
            long waitNanos = present == null ? 0 : maxAgeNanos - age(present);
            if (present != null && waitNanos > 0) {
                if (clock.nanos() + waitNanos - endNanos > 0
                        || Deadline.isNear()
                        || Thread.currentThread().isInterrupted()) {
                    return present;
                }
                ReadLimiter.waitWithoutPermit(() -> park(waitNanos));
                continue;
            }
            CompletableFuture<Result<V>> mine = new CompletableFuture<>();
            CompletableFuture<Result<V>> other = running.putIfAbsent(key, mine);
            if (other == null) {
                Result<V> computed = compute(key, mine, computation);
                // Another request may have stored a fresh result whose computation began before sinceNanos.
                if (computed.startedAtNanos() - sinceNanos >= 0 || clock.nanos() - endNanos >= 0) {
                    return computed;
                }
            } else {
                await(other);
            }
        }
    }

    /** Waits for a time that the caller requested, so the wait does not count towards the request's deadline. */
    private boolean park(long nanos) {
        long startNanos = clock.nanos();
        LockSupport.parkNanos(nanos);
        Deadline.extend(Duration.ofNanos(clock.nanos() - startNanos));
        return Thread.currentThread().isInterrupted();
    }

    private long age(Result<V> result) {
        return clock.nanos() - result.startedAtNanos();
    }

    private Result<V> compute(K key, CompletableFuture<Result<V>> mine, Supplier<V> computation) {
        boolean late = Deadline.isNear();
        try {
            Result<V> result = findFresh(key);
            if (result == null) {
                long startedAtNanos = clock.nanos();
                result = new Result<>(computation.get(), startedAtNanos);
                results.put(key, result);
            }
            mine.complete(result);
            return result;
        } catch (RuntimeException | Error failed) {
            // A request that waits for a cancelled computation starts its own. Therefore the entry is removed before
            // the cancellation.
            running.remove(key, mine);
            if (late) {
                mine.cancel(false);
            } else {
                mine.completeExceptionally(failed);
            }
            throw failed;
        } finally {
            running.remove(key, mine);
        }
    }

    /** Returns the result that another request stored after this request read an old one; null if there is none. */
    private @Nullable Result<V> findFresh(K key) {
        Result<V> present = results.getIfPresent(key);
        return present != null && age(present) < maxAgeNanos ? present : null;
    }

    /** Returns the result of another request, or nothing if that request had too little time to compute it. */
    private static <V> Optional<Result<V>> await(CompletableFuture<Result<V>> other) {
        try {
            return Optional.of(other.get(Deadline.limit(LONGEST_WAIT).toNanos(), TimeUnit.NANOSECONDS));
        } catch (CancellationException late) {
            return Optional.empty();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("the computation of a shared result failed", failed);
        } catch (TimeoutException late) {
            throw notComputedInTime();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw notComputedInTime();
        }
    }

    private static ProblemException notComputedInTime() {
        return Problem.tooManyReads().toException();
    }
}
