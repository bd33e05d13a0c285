package dev.studybuddy.api.idempotency;

import dev.studybuddy.api.cockroach.Deadline;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.cockroach.SqlFault;
import dev.studybuddy.api.idempotency.IdempotencyKeys.PostKey;
import dev.studybuddy.api.idempotency.IdempotencyKeys.Stored;
import dev.studybuddy.api.web.Problem;
import dev.studybuddy.api.web.ProblemException;
import dev.studybuddy.api.web.Replies;
import dev.studybuddy.api.web.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;

/** The POST at hand. A controller that takes one as a parameter has its effect happen once for its Idempotency-Key. */
public final class Post {

    private static final Logger LOG = LoggerFactory.getLogger(Post.class);
    private static final Duration LONGEST_EFFECT = Duration.ofSeconds(20);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final IdempotencyKeys keys;
    private final RetryingTransactions transactions;
    private final Replies replies;
    private final @Nullable PostKey key;
    private final String hash;
    private final UUID claim = UUID.randomUUID();

    Post(IdempotencyKeys keys, RetryingTransactions transactions, Replies replies, @Nullable PostKey key, String hash) {
        this.keys = keys;
        this.transactions = transactions;
        this.replies = replies;
        this.key = key;
        this.hash = hash;
    }

    /**
     * The answer of the effect, which runs in one transaction with the storing of its answer, or the stored answer.
     *
     * @param effect only SQL, since it may run several times; an exception rolls it back and stores nothing
     */
    public ResponseEntity<byte[]> inTransaction(Supplier<Reply> effect) {
        PostKey present = key;
        if (present == null) {
            return replies.entity(transactions.run(effect));
        }
        return transaction(() -> once(present, effect));
    }

    /** {@link #outside(Duration, Supplier)} for effects of some seconds. */
    public ResponseEntity<byte[]> outside(Supplier<Reply> effect) {
        return outside(LONGEST_EFFECT, effect);
    }

    /**
     * The answer of the effect, or the stored one, for effects that are no transaction. The key is reserved before the
     * effect and has its answer after it; where this process dies in between, it is free again when the time is over.
     * So an effect must be harmless when it is repeated.
     *
     * @param longest what the effect takes at most
     */
    public ResponseEntity<byte[]> outside(Duration longest, Supplier<Reply> effect) {
        PostKey present = key;
        if (present == null) {
            return replies.entity(effect.get());
        }
        Optional<Stored> before = reserve(present, longest);
        if (before.isPresent()) {
            return given(before.get());
        }
        ResponseEntity<byte[]> answer;
        Stored stored;
        try {
            Reply reply = effect.get();
            answer = replies.entity(reply);
            stored = stored(reply, answer);
        } catch (RuntimeException | Error failed) {
            takeBack(present, failed);
            throw failed;
        }
        if (!transactions.run(() -> keys.store(present, claim, stored))) {
            LOG.atWarn()
                    .addKeyValue("scope", present.scope())
                    .log(
                            "An effect took longer than {}, its key was free meanwhile; its answer is not stored",
                            longest);
        }
        return answer;
    }

    /** Reserves the key; otherwise what is stored, and asks again for a while where that is under way. */
    private Optional<Stored> reserve(PostKey present, Duration longest) {
        long end = System.nanoTime() + LONGEST_WAIT.toNanos();
        while (true) {
            Optional<Stored> before = transaction(() -> {
                Optional<Stored> found = keys.find(present);
                if (found.isEmpty()) {
                    keys.claim(present, hash, claim, longest);
                }
                return found;
            });
            if (before.filter(found -> found.underWay() && found.requestHash().equals(hash))
                            .isEmpty()
                    || System.nanoTime() - end >= 0
                    || Deadline.remainingNanos().orElse(Long.MAX_VALUE) <= PAUSE.toNanos()
                    || Thread.currentThread().isInterrupted()) {
                return before;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private void takeBack(PostKey present, Throwable failed) {
        // The effect may have taken all of the request's time, and the client may ask again at once.
        Deadline.restart();
        try {
            transactions.run(() -> {
                keys.release(present, claim);
                return true;
            });
        } catch (RuntimeException away) {
            failed.addSuppressed(away);
            LOG.atWarn()
                    .addKeyValue("scope", present.scope())
                    .addKeyValue("error", away.toString())
                    .log("A reserved key can't be released now; it is free when its time is over");
        }
    }

    private <T> T transaction(Supplier<T> body) {
        try {
            return transactions.run(body);
        } catch (DataAccessException | TransactionException thrown) {
            if (SqlFault.of(thrown) == SqlFault.LOCKED) {
                throw underWay();
            }
            throw thrown;
        }
    }

    private static ProblemException underWay() {
        return Problem.unavailable("request-in-progress", "A request with this Idempotency-Key is still under way.")
                .exception();
    }

    private ResponseEntity<byte[]> once(PostKey present, Supplier<Reply> effect) {
        Optional<Stored> before = keys.find(present);
        if (before.isPresent()) {
            return given(before.get());
        }
        keys.claim(present, hash, claim, Duration.ZERO);
        Reply reply = effect.get();
        ResponseEntity<byte[]> answer = replies.entity(reply);
        if (!keys.store(present, claim, stored(reply, answer))) {
            throw new IllegalStateException("the key that this transaction claimed is gone");
        }
        return answer;
    }

    private Stored stored(Reply reply, ResponseEntity<byte[]> answer) {
        if (!reply.status().is2xxSuccessful()) {
            throw new IllegalStateException("an effect that fails throws, so that nothing of it stays");
        }
        byte[] body = answer.getBody();
        return new Stored(
                hash,
                reply.status().value(),
                new TreeMap<>(reply.headers()),
                body == null ? "" : new String(body, StandardCharsets.UTF_8));
    }

    private ResponseEntity<byte[]> given(Stored stored) {
        if (!stored.requestHash().equals(hash)) {
            throw Problem.conflict(
                            "idempotency-key-reused",
                            "Idempotency-Key reused",
                            "This Idempotency-Key was used for another request.")
                    .exception();
        }
        if (stored.underWay()) {
            throw underWay();
        }
        HttpHeaders headers = new HttpHeaders();
        headers.setAll(stored.headers());
        ResponseEntity.BodyBuilder answer =
                ResponseEntity.status(stored.status()).headers(headers);
        return stored.body().isEmpty()
                ? answer.build()
                : answer.contentType(MediaType.APPLICATION_JSON)
                        .body(stored.body().getBytes(StandardCharsets.UTF_8));
    }
}
