package dev.studybuddy.api.cockroach;

import org.springframework.transaction.TransactionSystemException;

/** The database went away after COMMIT was sent and before it was answered. */
final class CommitOutcomeUnknownException extends TransactionSystemException {

    CommitOutcomeUnknownException(Throwable cause) {
        super("the database did not answer the commit", cause);
    }
}
