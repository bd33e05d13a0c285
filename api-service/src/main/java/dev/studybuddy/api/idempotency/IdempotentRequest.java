package dev.studybuddy.api.idempotency;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.cockroach.SqlFault;
import dev.studybuddy.api.deadline.Deadline;
import dev.studybuddy.api.http.AnswerRenderer;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.ProblemException;
import dev.studybuddy.api.http.UnrenderedAnswer;
import dev.studybuddy.api.idempotency.IdempotencyKeys.RequestKey;
import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.ResponseEntity;

/**
 * Executes the effect of the current request, unless an answer is already stored for its Idempotency-Key. A controller
 * receives an instance as a parameter.
 */
public final class IdempotentRequest {

    private static final Logger LOG = LoggerFactory.getLogger(IdempotentRequest.class);
    private static final Duration DEFAULT_RESERVATION = Duration.ofSeconds(20);
    private static final Duration MAX_WAIT = Duration.ofSeconds(2);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

    private final IdempotencyKeys keys;
    private final RetryingTransactions transactions;
    private final AnswerRenderer renderer;
    private final MonotonicClock clock;
    private final @Nullable RequestKey key;
    private final String hash;
    private final UUID claimId = UUID.randomUUID();

    IdempotentRequest(
            IdempotencyKeys keys,
            RetryingTransactions transactions,
            AnswerRenderer renderer,
            MonotonicClock clock,
            @Nullable RequestKey key,
            String hash) {
        this.keys = keys;
        this.transactions = transactions;
        this.renderer = renderer;
        this.clock = clock;
        this.key = key;
        this.hash = hash;
    }

    /**
     * Runs the effect and stores its answer in one transaction, or returns the answer that is already stored.
     *
     * @param effect the effect, which must consist only of SQL because it may run several times; an exception rolls it
     *     back and stores no answer
     * @return the new or the stored answer
     * @throws ProblemException 409 if the key was used for a different request, 503 if another request with the key is
     *     still in progress
     */
    public ResponseEntity<byte[]> runInTransaction(Supplier<UnrenderedAnswer> effect) {
        RequestKey requestKey = key;
        if (requestKey == null) {
            return renderer.render(transactions.run(effect));
        }
        return runTransaction(() -> runOnce(requestKey, effect));
    }

    /** Calls {@link #runOutsideTransaction(Duration, Supplier)} for an effect that takes at most 20 seconds. */
    public ResponseEntity<byte[]> runOutsideTransaction(Supplier<UnrenderedAnswer> effect) {
        return runOutsideTransaction(DEFAULT_RESERVATION, effect);
    }

    /**
     * Runs an effect that is not a transaction, or returns the answer that is already stored. The method reserves the
     * key before the effect and stores the answer after it. If this process crashes between the two, the key becomes
     * available again when the reservation ends. If the answer cannot be stored, this request still receives it, but a
     * retry after the end of the reservation may run the effect again. Therefore a second run of the effect must be
     * harmless.
     *
     * @param reservation the longest time that the effect takes
     * @param effect the effect, which may use other systems than the database
     * @return the new or the stored answer
     * @throws ProblemException 409 if the key was used for a different request, 503 if another request with the key is
     *     still in progress
     */
    public ResponseEntity<byte[]> runOutsideTransaction(Duration reservation, Supplier<UnrenderedAnswer> effect) {
        RequestKey requestKey = key;
        if (requestKey == null) {
            return renderer.render(effect.get());
        }
        Optional<StoredAnswer> existing = reserve(requestKey, reservation);
        if (existing.isPresent()) {
            return replay(existing.get());
        }
        ResponseEntity<byte[]> answer;
        StoredAnswer stored;
        try {
            UnrenderedAnswer unrendered = effect.get();
            answer = renderer.render(unrendered);
            stored = StoredAnswer.of(hash, unrendered, answer);
        } catch (RuntimeException | Error failed) {
            releaseClaim(requestKey, failed);
            throw failed;
        }
        storeAnswer(requestKey, stored, reservation);
        return answer;
    }

    /**
     * Stores the answer of an effect that has succeeded. If the answer cannot be stored, the method only logs the
     * failure, because the client receives the answer in any case.
     */
    private void storeAnswer(RequestKey requestKey, StoredAnswer stored, Duration reservation) {
        // The effect may have used the whole time of the request.
        Deadline.ensure(Deadline.LAST_STATEMENT_TIME);
        try {
            if (!transactions.run(() -> keys.store(requestKey, claimId, stored))) {
                LOG.atWarn()
                        .addKeyValue("scope", requestKey.scope())
                        .addKeyValue("reservation", reservation)
                        .log("The effect took longer than its reservation, so another request could claim the key; this"
                                + " answer is not stored");
            }
        } catch (RuntimeException unavailable) {
            LOG.atWarn()
                    .addKeyValue("scope", requestKey.scope())
                    .addKeyValue("claim", claimId)
                    .addKeyValue("reservation", reservation)
                    .addKeyValue("error", unavailable.toString())
                    .log("The service could not store the answer of a successful effect; a retry of the request after"
                            + " the reservation may run the effect again");
        }
    }

    /**
     * Reserves the key, or returns its stored row. While an equal request is in progress, the method polls the key
     * for up to two seconds.
     */
    private Optional<StoredAnswer> reserve(RequestKey requestKey, Duration reservation) {
        long endNanos = clock.nanos() + MAX_WAIT.toNanos();
        while (true) {
            Optional<StoredAnswer> existing = runTransaction(() -> findOrClaim(requestKey, reservation));
            if (existing.filter(found ->
                                    found.inProgress() && found.requestHash().equals(hash))
                            .isEmpty()
                    || clock.nanos() - endNanos >= 0
                    || Deadline.remainingNanos().orElse(Long.MAX_VALUE) <= POLL_INTERVAL.toNanos()
                    || Thread.currentThread().isInterrupted()) {
                return existing;
            }
            LockSupport.parkNanos(POLL_INTERVAL.toNanos());
        }
    }

    private void releaseClaim(RequestKey requestKey, Throwable failed) {
        // The effect may have used the whole time of the request. Without the release, a retry would be answered with
        // 503 until the reservation ends.
        Deadline.ensure(Deadline.LAST_STATEMENT_TIME);
        try {
            transactions.run(() -> {
                keys.release(requestKey, claimId);
                return true;
            });
        } catch (RuntimeException unavailable) {
            failed.addSuppressed(unavailable);
            LOG.atWarn()
                    .addKeyValue("scope", requestKey.scope())
                    .addKeyValue("error", unavailable.toString())
                    .log("The service could not release a reserved idempotency key; the key becomes available when its"
                            + " reservation ends");
        }
    }

    private <T> T runTransaction(Supplier<T> body) {
        try {
            return transactions.run(body);
        } catch (KeyLockedException locked) {
            throw requestInProgress();
        }
    }

    /**
     * Returns the stored row of the key, or claims the key if it has none.
     *
     * @throws KeyLockedException if another transaction held the key for longer than the lock timeout
     */
    private Optional<StoredAnswer> findOrClaim(RequestKey requestKey, Duration reservation) {
        try {
            Optional<StoredAnswer> found = keys.find(requestKey);
            if (found.isEmpty()) {
                keys.claim(requestKey, hash, claimId, reservation);
            }
            return found;
        } catch (DataAccessException thrown) {
            throw SqlFault.of(thrown) == SqlFault.LOCKED ? new KeyLockedException(thrown) : thrown;
        }
    }

    private static ProblemException requestInProgress() {
        return Problem.unavailable(
                        "request-in-progress",
                        "A request with this Idempotency-Key is still in progress."
                                + " Retry this request with the same key.")
                .toException();
    }

    private ResponseEntity<byte[]> runOnce(RequestKey requestKey, Supplier<UnrenderedAnswer> effect) {
        Optional<StoredAnswer> existing = findOrClaim(requestKey, Duration.ZERO);
        if (existing.isPresent()) {
            return replay(existing.get());
        }
        UnrenderedAnswer unrendered = effect.get();
        ResponseEntity<byte[]> answer = renderer.render(unrendered);
        if (!keys.store(requestKey, claimId, StoredAnswer.of(hash, unrendered, answer))) {
            throw new IllegalStateException("the key that this transaction claimed no longer exists");
        }
        return answer;
    }

    private ResponseEntity<byte[]> replay(StoredAnswer stored) {
        if (!stored.requestHash().equals(hash)) {
            throw Problem.conflict(
                            "idempotency-key-reused",
                            "Idempotency-Key reused",
                            "This Idempotency-Key was used for a different request. Send a new request with a new key.")
                    .toException();
        }
        if (stored.inProgress()) {
            throw requestInProgress();
        }
        return stored.toResponse();
    }

    /**
     * Reports that another request with the same key holds the lock on the key. {@link RetryingTransactions} retries
     * the transaction that throws this exception, because its cause is a lock timeout.
     */
    private static final class KeyLockedException extends RuntimeException {

        private KeyLockedException(DataAccessException cause) {
            super("another transaction holds the idempotency key", cause);
        }
    }
}
