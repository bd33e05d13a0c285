package dev.studybuddy.publisher.outbox;

import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.util.Set;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;

/** Reads the SQLSTATE that the database reported for a failed statement. */
public final class SqlStates {

    /** A statement waited too long for a lock or, on CockroachDB, for an open transaction of a writer. */
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private static final String CONNECTION_EXCEPTION_CLASS = "08";
    /** The server shuts down, starts or ended this connection. */
    private static final String OPERATOR_INTERVENTION_PREFIX = "57P";

    private static final String TOO_MANY_CONNECTIONS = "53300";
    private static final String TRANSACTION_ROLLBACK_CLASS = "40";
    private static final String INVALID_TRANSACTION_STATE_CLASS = "25";
    private static final String DATA_EXCEPTION_CLASS = "22";
    private static final String PROGRAM_LIMIT_CLASS = "54";
    /** These codes report damaged data and a damaged index. */
    private static final Set<String> VALUE_ERRORS = Set.of("XX001", "XX002");

    private static final int LENGTH = 5;

    private SqlStates() {}

    /** Returns whether the statement waited for longer than the lock timeout. */
    public static boolean isLockTimeout(Throwable thrown) {
        return of(thrown).equals(LOCK_NOT_AVAILABLE);
    }

    /**
     * Returns whether a statement ended because it took too long, or because it waited for longer than the lock
     * timeout. Spring has no class of its own for the lock timeout of each vendor, so the SQLSTATE decides.
     */
    public static boolean isTimeout(DataAccessException failure) {
        return failure instanceof QueryTimeoutException || isLockTimeout(failure);
    }

    /**
     * Returns whether the driver gave a statement up because the server did not answer within the socket timeout. The
     * server may be unavailable, or it may convert a value, which no timeout of PostgreSQL interrupts. A timeout while
     * the driver connects is not a timeout of a statement.
     */
    static boolean isSocketTimeout(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException) {
                return true;
            }
            if (cause instanceof CannotGetJdbcConnectionException) {
                return false;
            }
        }
        return false;
    }

    /** Returns whether the database rolled back the transaction, so the same statement may succeed later. */
    static boolean isRollback(Throwable thrown) {
        return of(thrown).startsWith(TRANSACTION_ROLLBACK_CLASS);
    }

    /** Returns whether the connection ended, or the server cannot serve it. */
    static boolean isConnectionFailure(Throwable thrown) {
        String state = of(thrown);
        return state.startsWith(CONNECTION_EXCEPTION_CLASS) || state.startsWith(OPERATOR_INTERVENTION_PREFIX);
    }

    /**
     * Returns whether the database reported an error that concerns the statement, and not the connection, the server or
     * the transaction.
     */
    public static boolean concernsStatement(Throwable thrown) {
        String state = of(thrown);
        return state.length() == LENGTH
                && !isConnectionFailure(thrown)
                && !state.equals(TOO_MANY_CONNECTIONS)
                && !state.startsWith(TRANSACTION_ROLLBACK_CLASS)
                && !state.startsWith(INVALID_TRANSACTION_STATE_CLASS);
    }

    /**
     * Returns whether the database reported that a value of the row that was read is damaged, exceeds a limit of the
     * server, or cannot be converted. The list is closed: after any other error, a later read may return the value.
     */
    public static boolean concernsValue(Throwable thrown) {
        String state = of(thrown);
        return state.startsWith(DATA_EXCEPTION_CLASS)
                || state.startsWith(PROGRAM_LIMIT_CLASS)
                || VALUE_ERRORS.contains(state);
    }

    /** Returns the SQLSTATE of the error that the database reported, or an empty text if there is none. */
    private static String of(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException error && error.getSQLState() != null) {
                return error.getSQLState();
            }
        }
        return "";
    }
}
