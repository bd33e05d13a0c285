package dev.studybuddy.api.cockroach;

import org.springframework.transaction.TransactionSystemException;

/** Reports that the database became unavailable at COMMIT. It is unknown whether the transaction was committed. */
final class CommitOutcomeUnknownException extends TransactionSystemException {

    CommitOutcomeUnknownException(Throwable cause) {
        super("the database did not answer the commit", cause);
    }
}
