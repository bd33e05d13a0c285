package dev.studybuddy.api.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.cockroach.TestTransactions;
import dev.studybuddy.api.deadline.Deadline;
import dev.studybuddy.api.http.AnswerRenderer;
import dev.studybuddy.api.http.ProblemException;
import dev.studybuddy.api.http.UnrenderedAnswer;
import dev.studybuddy.api.idempotency.IdempotencyKeys.RequestKey;
import dev.studybuddy.api.testing.RunningApi;
import dev.studybuddy.background.MonotonicClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/**
 * Tests requests with one key whose effect is outside SQL. Each request uses its own {@link IdempotentRequest}, as on
 * separate instances.
 */
class IdempotencyOutsideSqlIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration LONG_RESERVATION = Duration.ofMinutes(10);

    private final RunningApi api = RunningApi.shared();
    private final RequestKey key =
            new RequestKey("caller POST /path", UUID.randomUUID().toString());
    private final AtomicInteger effects = new AtomicInteger();

    @Test
    void aConcurrentRequestHasNoEffectAndGetsTheStoredAnswer() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            Future<ResponseEntity<byte[]>> first =
                    pool.submit(() -> post("a").runOutsideTransaction(LONG_RESERVATION, () -> {
                        begun.countDown();
                        await(proceed);
                        return effect();
                    }));
            await(begun);
            Future<ResponseEntity<byte[]>> second =
                    pool.submit(() -> post("a").runOutsideTransaction(LONG_RESERVATION, this::effect));

            // The second request waits for the first one and then fails with 503, after which the client retries.
            assertThatThrownBy(second::get)
                    .hasCauseInstanceOf(ProblemException.class)
                    .hasMessageContaining("still in progress");
            assertThatThrownBy(() -> post("another").runOutsideTransaction(LONG_RESERVATION, this::effect))
                    .hasMessageContaining("was used for a different request");
            proceed.countDown();
            ResponseEntity<byte[]> repeated = pool.submit(
                            () -> post("a").runOutsideTransaction(LONG_RESERVATION, this::effect))
                    .get();

            assertThat(text(repeated)).isEqualTo(text(first.get())).isEqualTo("{\"effect\":1}");
            assertThat(repeated.getStatusCode()).isEqualTo(HttpStatus.ACCEPTED);
            assertThat(effects).hasValue(1);
        }
    }

    @Test
    void aFailedEffectReleasesTheKey() {
        assertThatThrownBy(() -> post("a").runOutsideTransaction(LONG_RESERVATION, () -> {
                    throw new IllegalStateException("refused");
                }))
                .hasMessage("refused");

        assertThat(text(post("a").runOutsideTransaction(LONG_RESERVATION, this::effect)))
                .isEqualTo("{\"effect\":1}");
    }

    @Test
    void aKeyOfACrashedProcessIsAvailableAfterItsReservation() {
        IdempotencyKeys keys = api.bean(IdempotencyKeys.class);
        keys.claim(key, "a", UUID.randomUUID(), LONG_RESERVATION);
        assertThatThrownBy(() -> post("a").runOutsideTransaction(LONG_RESERVATION, this::effect))
                .hasMessageContaining("still in progress");

        // The test ends the reservation, as if its time had passed.
        api.sql()
                .sql("UPDATE idempotency_keys SET reserved_until = now() WHERE scope = ? AND idempotency_key = ?")
                .params(key.scope(), key.key())
                .update();
        assertThat(text(post("a").runOutsideTransaction(LONG_RESERVATION, this::effect)))
                .isEqualTo("{\"effect\":1}");
    }

    @Test
    void anExpiredReservationDoesNotOverwriteTheStoredAnswer() {
        ResponseEntity<byte[]> slow = post("a").runOutsideTransaction(Duration.ZERO, () -> {
            assertThat(text(post("a").runOutsideTransaction(LONG_RESERVATION, this::effect)))
                    .isEqualTo("{\"effect\":1}");
            return effect();
        });

        assertThat(text(slow)).isEqualTo("{\"effect\":2}");
        assertThat(text(post("a").runOutsideTransaction(LONG_RESERVATION, this::effect)))
                .isEqualTo("{\"effect\":1}");
    }

    @Test
    void aSuccessfulEffectIsAnsweredIfItsAnswerCannotBeStored() {
        // The first transaction claims the key, and the second one would store the answer.
        RetryingTransactions failing = TestTransactions.failingAfter(1);

        ResponseEntity<byte[]> answer = post("a", failing).runOutsideTransaction(LONG_RESERVATION, this::effect);

        assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.ACCEPTED);
        assertThat(text(answer)).isEqualTo("{\"effect\":1}");
    }

    @Test
    void anAnswerIsStoredAlthoughTheDeadlineHasPassed() {
        // The service has a short time after the deadline to store an answer. A database that stalls for longer
        // stores none, so the test makes several attempts.
        assertThat(IntStream.range(0, 20).anyMatch(attempt -> storesAnswerAfterDeadline()))
                .isTrue();
    }

    private boolean storesAnswerAfterDeadline() {
        RequestKey own = new RequestKey(key.scope(), UUID.randomUUID().toString());
        AtomicLong nowNanos = new AtomicLong();
        Duration budget = Duration.ofSeconds(10);
        Deadline.begin(budget, nowNanos::get);
        try {
            post(own, "a", api.bean(RetryingTransactions.class)).runOutsideTransaction(LONG_RESERVATION, () -> {
                nowNanos.addAndGet(budget.plusSeconds(1).toNanos());
                return effect();
            });
        } finally {
            Deadline.end();
        }
        return api.bean(IdempotencyKeys.class).find(own).stream().noneMatch(StoredAnswer::inProgress);
    }

    private UnrenderedAnswer effect() {
        return UnrenderedAnswer.of(HttpStatus.ACCEPTED, Map.of("effect", effects.incrementAndGet()));
    }

    private IdempotentRequest post(String hash) {
        return post(hash, api.bean(RetryingTransactions.class));
    }

    private IdempotentRequest post(String hash, RetryingTransactions transactions) {
        return post(key, hash, transactions);
    }

    private IdempotentRequest post(RequestKey requestKey, String hash, RetryingTransactions transactions) {
        return new IdempotentRequest(
                api.bean(IdempotencyKeys.class),
                transactions,
                api.bean(AnswerRenderer.class),
                MonotonicClock.SYSTEM,
                requestKey,
                hash);
    }

    private static String text(ResponseEntity<byte[]> answer) {
        byte[] body = answer.getBody();
        return body == null ? "" : new String(body, StandardCharsets.UTF_8);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
