package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.outbox.SqlStates;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;

/** Distinguishes a statement that the database cannot execute from a database that is unavailable. */
final class StatementFailures {

    private StatementFailures() {}

    /**
     * Returns whether the failure concerns only this statement, so that other statements may succeed. Such a failure is
     * a timeout, too little memory for the result, or a row that the database cannot return.
     */
    static boolean concernsStatement(DataAccessException failure) {
        if (failure instanceof QueryTimeoutException) {
            return true;
        }
        return !(failure instanceof CannotGetJdbcConnectionException)
                && SqlStates.concernsStatement(failure.getMostSpecificCause());
    }

    /** Returns whether the statement took too long, but did not wait for another transaction. */
    static boolean isTimeout(DataAccessException failure) {
        return failure instanceof QueryTimeoutException && !isLockTimeout(failure);
    }

    /** Returns whether the statement waited too long for another transaction. */
    static boolean isLockTimeout(DataAccessException failure) {
        return SqlStates.isLockTimeout(failure);
    }

    /** Returns whether the failure shows that the database can never return a value of the row that was read alone. */
    static boolean concernsRow(DataAccessException failure) {
        return SqlStates.concernsValue(failure.getMostSpecificCause());
    }

    /** Describes a failure in one line, for logs and for the reason of a dead letter. */
    static String describe(DataAccessException failure) {
        return String.valueOf(failure.getMostSpecificCause().getMessage());
    }
}
