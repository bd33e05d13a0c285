package dev.studybuddy.api.idempotency;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.retention.RetentionRule;
import org.springframework.stereotype.Component;

/** Deletes the idempotency keys that are older than their retention, whether or not they have an answer. */
@Component
final class IdempotencyKeyRetention implements RetentionRule {

    private final IdempotencyKeys keys;
    private final RetryingTransactions transactions;

    IdempotencyKeyRetention(IdempotencyKeys keys, RetryingTransactions transactions) {
        this.keys = keys;
        this.transactions = transactions;
    }

    @Override
    public String table() {
        return "idempotency_keys";
    }

    @Override
    public int removeBatch() {
        return transactions.run(() -> keys.deleteExpired(BATCH_ROWS));
    }
}
