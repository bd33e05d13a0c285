package dev.studybuddy.api.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.studybuddy.api.deadline.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ResultCacheTest {

    private static final Duration MAX_AGE = Duration.ofSeconds(1);

    private final AtomicLong nowNanos = new AtomicLong(5);
    private final AtomicInteger computations = new AtomicInteger();
    private final ResultCache<String, Integer> cache = new ResultCache<>(MAX_AGE, 10, nowNanos::get);

    @Test
    void aResultIsComputedOnceInTheMaximumAge() {
        assertThat(get()).isEqualTo(1);
        assertThat(get()).isEqualTo(1);

        nowNanos.addAndGet(MAX_AGE.toNanos());

        assertThat(get()).isEqualTo(2);
    }

    @Test
    void concurrentCallersShareOneComputation() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (ExecutorService callers = Executors.newCachedThreadPool()) {
            Future<Integer> first = callers.submit(() -> cache.get("key", () -> computeAfter(started, end)));
            assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
            List<Future<Integer>> others = new ArrayList<>();
            for (int n = 0; n < 10; n++) {
                others.add(callers.submit(this::get));
            }
            end.countDown();

            assertThat(first.get()).isEqualTo(1);
            for (Future<Integer> other : others) {
                assertThat(other.get()).isEqualTo(1);
            }
        }
        assertThat(computations).hasValue(1);
    }

    @Test
    void thePreviousResultIsUsedDuringAComputation() throws Exception {
        get();
        nowNanos.addAndGet(MAX_AGE.toNanos());
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (ExecutorService callers = Executors.newCachedThreadPool()) {
            Future<Integer> second = callers.submit(() -> cache.get("key", () -> computeAfter(started, end)));
            assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();

            assertThat(get()).isEqualTo(1);

            end.countDown();
            assertThat(second.get()).isEqualTo(2);
        }
    }

    @Test
    void aFailureReachesItsCallerAndIsNotKept() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (ExecutorService callers = Executors.newCachedThreadPool()) {
            Future<Integer> first = callers.submit(() -> cache.get("key", () -> {
                computeAfter(started, end);
                throw new IllegalArgumentException("the read failed");
            }));
            assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
            end.countDown();

            assertThatThrownBy(first::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IllegalArgumentException.class);
        }
        assertThat(get()).isEqualTo(2);
    }

    @Test
    void aRequestWhoseDeadlineIsNearFailsNoOtherRequest() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (ExecutorService callers = Executors.newCachedThreadPool()) {
            Future<Integer> late = callers.submit(() -> {
                Deadline.begin(Duration.ofMillis(1), nowNanos::get);
                return cache.get("key", () -> {
                    computeAfter(started, end);
                    throw new IllegalArgumentException("the deadline passed");
                });
            });
            assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
            AtomicReference<Thread> waiting = new AtomicReference<>();
            Future<Integer> other = callers.submit(() -> {
                waiting.set(Thread.currentThread());
                return get();
            });
            Awaitility.await()
                    .until(() -> waiting.get() != null && waiting.get().getState() == Thread.State.TIMED_WAITING);
            end.countDown();

            assertThatThrownBy(late::get).hasCauseInstanceOf(IllegalArgumentException.class);
            assertThat(other.get()).isEqualTo(2);
        }
    }

    @Test
    void aResultFromBeforeATimeIsNotUsedAfterItsMaximumAge() {
        get();
        nowNanos.addAndGet(MAX_AGE.toNanos());

        assertThat(cache.getSince("key", nowNanos.get() - 1, Duration.ZERO, computations::incrementAndGet)
                        .value())
                .isEqualTo(2);
    }

    @Test
    void thePresentResultIsReturnedIfTheWaitWouldBeTooLong() {
        get();
        nowNanos.addAndGet(MAX_AGE.toNanos() / 2);
        long sinceNanos = nowNanos.get();

        ResultCache.Result<Integer> result =
                cache.getSince("key", sinceNanos, MAX_AGE.dividedBy(4), computations::incrementAndGet);

        assertThat(result.value()).isEqualTo(1);
        assertThat(result.startedAtNanos()).isLessThan(sinceNanos);
    }

    @Test
    void theWaitForTheNextComputationLeavesTheTimeOfTheRequest() throws Exception {
        Duration maxAge = Duration.ofHours(1);
        Duration budget = Duration.ofSeconds(1);
        ResultCache<String, Long> slow = new ResultCache<>(maxAge, 10, nowNanos::get);
        slow.get("key", () -> 0L);
        long sinceNanos = nowNanos.get() + 1;
        AtomicReference<Thread> waiting = new AtomicReference<>();
        try (ExecutorService callers = Executors.newCachedThreadPool()) {
            Future<Long> caller = callers.submit(() -> {
                Deadline.begin(budget, nowNanos::get);
                waiting.set(Thread.currentThread());
                return slow.getSince(
                                "key",
                                sinceNanos,
                                maxAge,
                                () -> Deadline.remainingNanos().orElseThrow())
                        .value();
            });
            Awaitility.await()
                    .until(() -> waiting.get() != null && waiting.get().getState() == Thread.State.TIMED_WAITING);
            nowNanos.addAndGet(maxAge.toNanos());
            LockSupport.unpark(waiting.get());

            assertThat(caller.get(10, TimeUnit.SECONDS)).isEqualTo(budget.toNanos());
        }
    }

    @Test
    void aRequestWhoseDeadlineIsNearGetsThePresentResult() {
        get();
        ResultCache.Result<Integer> result = assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            Deadline.begin(Duration.ofMillis(1), nowNanos::get);
            return cache.getSince("key", nowNanos.get() + 1, MAX_AGE, computations::incrementAndGet);
        });

        assertThat(result.value()).isEqualTo(1);
    }

    @Test
    void aResultThatAnotherRequestStoredBeforeATimeIsNotUsedIfTimeIsLeft() {
        Duration maxAge = Duration.ofMillis(200);
        AtomicLong offsetNanos = new AtomicLong();
        AtomicInteger readingsUntilOther = new AtomicInteger();
        AtomicReference<Runnable> other = new AtomicReference<>(() -> {});
        ResultCache<String, Integer> shared = new ResultCache<>(maxAge, 10, () -> {
            if (readingsUntilOther.decrementAndGet() == 0) {
                other.get().run();
            }
            return System.nanoTime() + offsetNanos.get();
        });
        other.set(() -> shared.get("key", computations::incrementAndGet));
        shared.get("key", computations::incrementAndGet);
        offsetNanos.set(maxAge.toNanos());
        long sinceNanos = System.nanoTime() + offsetNanos.get() + maxAge.toNanos() / 4;

        // The cache reads the clock a second time after it has searched for the present result. At this reading,
        // another request replaces the result.
        readingsUntilOther.set(2);
        ResultCache.Result<Integer> result =
                shared.getSince("key", sinceNanos, Duration.ofSeconds(10), computations::incrementAndGet);

        assertThat(result.startedAtNanos()).isGreaterThanOrEqualTo(sinceNanos);
        assertThat(result.value()).isEqualTo(3);
    }

    private int get() {
        return cache.get("key", computations::incrementAndGet);
    }

    private int computeAfter(CountDownLatch started, CountDownLatch end) {
        started.countDown();
        try {
            assertThat(end.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return computations.incrementAndGet();
    }
}
