package dev.studybuddy.api.cockroach;

import org.springframework.transaction.TransactionSystemException;

/** Reports that the connection failed after COMMIT was sent and before the database answered it. */
final class CommitOutcomeUnknownException extends TransactionSystemException {

    CommitOutcomeUnknownException(Throwable cause) {
        super("the database did not answer the commit", cause);
    }
}
