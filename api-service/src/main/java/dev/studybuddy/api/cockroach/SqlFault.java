package dev.studybuddy.api.cockroach;

import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionTimedOutException;

/** What a failed statement or transaction means, decided by its SQLSTATE and not by the type of the exception. */
public enum SqlFault {
    /** The database asks for the whole transaction to be run again (40001, 40P01). */
    CONTENTION,
    /** Somebody else holds a lock for longer than this transaction wanted to wait (55P03). */
    LOCKED,
    /** A unique constraint refused the row (23505). */
    DUPLICATE,
    /** Whether the transaction was committed is not known (40003, cut at COMMIT): only what is idempotent may be repeated. */
    OUTCOME_UNKNOWN,
    /** The database is away, frozen, full, stopped, or took longer than the request may take. */
    UNAVAILABLE,
    /** Anything else: a mistake of ours. */
    OTHER;

    /** Classifies an exception by the innermost SQL exception among its causes. */
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

    /** The innermost SQL exception among the causes, where there is one. */
    public static Optional<SQLException> sqlException(Throwable thrown) {
        SQLException found = null;
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at instanceof SQLException sql) {
                found = sql;
            }
        }
        return Optional.ofNullable(found);
    }

    private static SqlFault ofState(@Nullable String state) {
        if (state == null) {
            // Hikari's time-out and the driver's cut sockets.
            return UNAVAILABLE;
        }
        return switch (state) {
            case "40001", "40P01" -> CONTENTION;
            case "40003" -> OUTCOME_UNKNOWN;
            case "55P03" -> LOCKED;
            case "23505" -> DUPLICATE;
            // Cancelled by a time-out: of a statement, of an idle transaction, of a transaction.
            case "57014", "25P03", "25P04" -> UNAVAILABLE;
            default ->
                switch (state.substring(0, Math.min(2, state.length()))) {
                    // Connection, insufficient resources, operator intervention, system error.
                    case "08", "53", "57", "58" -> UNAVAILABLE;
                    default -> OTHER;
                };
        };
    }
}
