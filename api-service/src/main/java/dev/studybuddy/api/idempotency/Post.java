package dev.studybuddy.api.idempotency;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.cockroach.SqlFault;
import dev.studybuddy.api.idempotency.IdempotencyKeys.PostKey;
import dev.studybuddy.api.idempotency.IdempotencyKeys.Stored;
import dev.studybuddy.api.web.Problem;
import dev.studybuddy.api.web.Replies;
import dev.studybuddy.api.web.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.TransactionException;

/** The POST at hand. A controller that takes one as a parameter has its effect happen once for its Idempotency-Key. */
public final class Post {

    private final IdempotencyKeys keys;
    private final RetryingTransactions transactions;
    private final Replies replies;
    private final @Nullable PostKey key;
    private final String hash;

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
        try {
            return transactions.run(() -> once(present, effect));
        } catch (DataAccessException | TransactionException thrown) {
            if (SqlFault.of(thrown) == SqlFault.LOCKED) {
                throw Problem.unavailable(
                                "request-in-progress", "A request with this Idempotency-Key is still under way.")
                        .exception();
            }
            throw thrown;
        }
    }

    /**
     * The answer of the effect, or the stored one, for effects that are no transaction; each must be harmless when it
     * is repeated, since its answer is stored after it.
     */
    public ResponseEntity<byte[]> outside(Supplier<Reply> effect) {
        PostKey present = key;
        if (present == null) {
            return replies.entity(effect.get());
        }
        Optional<Stored> before = keys.find(present);
        if (before.isPresent()) {
            return given(before.get());
        }
        Reply reply = effect.get();
        return transactions.run(() -> once(present, () -> reply));
    }

    private ResponseEntity<byte[]> once(PostKey present, Supplier<Reply> effect) {
        Optional<Stored> before = keys.find(present);
        if (before.isPresent()) {
            return given(before.get());
        }
        keys.claim(present, hash);
        Reply reply = effect.get();
        if (!reply.status().is2xxSuccessful()) {
            throw new IllegalStateException("an effect that fails throws, so that nothing of it stays");
        }
        ResponseEntity<byte[]> answer = replies.entity(reply);
        byte[] body = answer.getBody();
        keys.store(
                present,
                new Stored(
                        hash,
                        reply.status().value(),
                        new TreeMap<>(reply.headers()),
                        body == null ? "" : new String(body, StandardCharsets.UTF_8)));
        return answer;
    }

    private ResponseEntity<byte[]> given(Stored stored) {
        if (!stored.requestHash().equals(hash)) {
            throw Problem.conflict(
                            "idempotency-key-reused",
                            "Idempotency-Key reused",
                            "This Idempotency-Key was used for another request.")
                    .exception();
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
