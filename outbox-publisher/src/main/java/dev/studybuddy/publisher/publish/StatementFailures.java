package dev.studybuddy.publisher.publish;

import java.sql.SQLException;
import java.util.Set;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;

/** Distinguishes a statement that the database cannot execute from a database that is unavailable. */
final class StatementFailures {

    /** These SQLSTATE classes concern the connection, the server or the transaction, and not the statement. */
    private static final Set<String> OTHER_CLASSES = Set.of("08", "40", "25");
    /** The server is shutting down, starting or out of connections. */
    private static final Set<String> OTHER_STATES = Set.of("57P01", "57P02", "57P03", "57P05", "53300");

    private StatementFailures() {}

    /**
     * Returns whether the failure concerns the statement, so that other statements may succeed: a timeout, too
     * little memory for the result, or a row that the database cannot return.
     */
    static boolean concernsStatement(DataAccessException failure) {
        if (failure instanceof QueryTimeoutException) {
            return true;
        }
        return !(failure instanceof CannotGetJdbcConnectionException)
                && failure.getMostSpecificCause() instanceof SQLException cause
                && cause.getSQLState() != null
                && cause.getSQLState().length() == 5
                && !OTHER_CLASSES.contains(cause.getSQLState().substring(0, 2))
                && !OTHER_STATES.contains(cause.getSQLState());
    }

    /** Describes a failure in one line, for logs and for the reason of a dead letter. */
    static String describe(DataAccessException failure) {
        return String.valueOf(failure.getMostSpecificCause().getMessage());
    }
}
