package dev.studybuddy.api.cockroach;

import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionTimedOutException;

/** Classifies a failed statement or transaction by its SQLSTATE instead of the type of the exception. */
public enum SqlFault {
    /** The database requests a retry of the whole transaction (40001, 40P01). */
    CONTENTION,
    /** Another transaction held a lock for longer than the lock timeout of this one (55P03). */
    LOCKED,
    /** A unique constraint rejected the row (23505). */
    DUPLICATE,
    /**
     * It is unknown whether the transaction was committed (40003, or the database became unavailable at COMMIT). Only
     * an idempotent transaction may be retried.
     */
    OUTCOME_UNKNOWN,
    /**
     * The database is unreachable, frozen, full, stopped or read-only, or a timeout of a statement, a transaction or
     * the request has passed.
     */
    UNAVAILABLE,
    /** Any other fault is a bug of this service. */
    OTHER;

    /**
     * Classifies an exception by the innermost SQL exception among its causes. Without an SQL exception, a transaction
     * that could not begin or exceeded its timeout is {@link #UNAVAILABLE}, and any other exception is {@link #OTHER}.
     */
    public static SqlFault of(Throwable thrown) {
        if (thrown instanceof CommitOutcomeUnknownException) {
            return OUTCOME_UNKNOWN;
        }
        Optional<SQLException> sql = sqlException(thrown);
        if (sql.isEmpty()) {
            boolean noTransaction = thrown instanceof CannotCreateTransactionException
                    || thrown instanceof TransactionTimedOutException;
            return noTransaction ? UNAVAILABLE : OTHER;
        }
        return ofState(sql.get().getSQLState());
    }

    /** Returns whether a later attempt of the same work may succeed. */
    public boolean isTemporary() {
        return switch (this) {
            // On CockroachDB, a lock timeout also ends a plain read that meets the write of an open transaction.
            case UNAVAILABLE, CONTENTION, OUTCOME_UNKNOWN, LOCKED -> true;
            case DUPLICATE, OTHER -> false;
        };
    }

    /** Returns the innermost SQL exception among the causes, if any. */
    private static Optional<SQLException> sqlException(Throwable thrown) {
        SQLException found = null;
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                found = sql;
            }
        }
        return Optional.ofNullable(found);
    }

    private static SqlFault ofState(@Nullable String state) {
        if (state == null) {
            // Exceptions of the pool, for example for a closed connection, may have no SQLSTATE.
            return UNAVAILABLE;
        }
        return switch (state) {
            case "40001", "40P01" -> CONTENTION;
            case "40003" -> OUTCOME_UNKNOWN;
            case "55P03" -> LOCKED;
            case "23505" -> DUPLICATE;
            // The database reports these states if it ended a statement, an idle transaction, or a transaction at its
            // timeout.
            case "57014", "25P03", "25P04" -> UNAVAILABLE;
            // The database refuses a write because it is read-only, for example a standby after a fail-over.
            case "25006" -> UNAVAILABLE;
            default ->
                switch (state.substring(0, Math.min(2, state.length()))) {
                    // These classes are connection, insufficient resources, operator intervention, and system error.
                    case "08", "53", "57", "58" -> UNAVAILABLE;
                    default -> OTHER;
                };
        };
    }
}
