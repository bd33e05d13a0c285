package dev.studybuddy.api.idempotency;

import dev.studybuddy.api.cockroach.RetryingTransactions;
import org.springframework.stereotype.Component;

/** Deletes the stored answers that contain the personal data of a deleted user. */
@Component
public final class PersonalAnswers {

    private static final int BATCH_ROWS = 500;

    private final IdempotencyKeys keys;
    private final RetryingTransactions transactions;

    PersonalAnswers(IdempotencyKeys keys, RetryingTransactions transactions) {
        this.keys = keys;
        this.transactions = transactions;
    }

    /**
     * Deletes the answers to a user's requests, and the answers to other requests whose body contains the user's data.
     *
     * @param user the id of a deleted user
     */
    public void deleteAllOf(String user) {
        int deleted;
        do {
            deleted = transactions.run(() -> keys.deleteOfPerson(user, BATCH_ROWS));
        } while (deleted > 0);
    }
}
