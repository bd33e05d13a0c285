package dev.studybuddy.publisher.outbox;

import dev.studybuddy.background.MonotonicClock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Holds one connection whose statements wait only briefly for a lock. The other statements of the program have the lock
 * timeout that the pool set when it opened the connection, so the connection gets this timeout back before it returns
 * to the pool. Only one thread uses an instance.
 */
final class WriterConnection {

    private static final Logger log = LoggerFactory.getLogger(WriterConnection.class);

    private static final String LOCK_TIMEOUT = "SELECT current_setting('lock_timeout')";
    private static final String SET_LOCK_TIMEOUT = "SELECT set_config('lock_timeout', ?, false)";

    /** The connection returns to the pool after this time, so that the pool can replace an old connection. */
    private static final long LONGEST_USE_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final DataSource source;
    private final long lockTimeoutMillis;
    private final MonotonicClock clock;
    private @Nullable Connection connection;
    private String poolLockTimeout = "";
    private @Nullable JdbcTemplate jdbc;
    private long openedNanos;

    WriterConnection(DataSource source, Duration lockTimeout, MonotonicClock clock) {
        this.source = source;
        this.lockTimeoutMillis = lockTimeout.toMillis();
        this.clock = clock;
    }

    /** Returns access to the connection, which is opened if there is none. */
    JdbcTemplate open() throws SQLException {
        JdbcTemplate current = jdbc;
        if (current != null && clock.nanos() - openedNanos < LONGEST_USE_NANOS) {
            return current;
        }
        close();
        Connection opened = source.getConnection();
        connection = opened;
        poolLockTimeout = lockTimeout(opened);
        setLockTimeout(opened, lockTimeoutMillis + "ms");
        current = new JdbcTemplate(new SingleConnectionDataSource(opened, true));
        jdbc = current;
        openedNanos = clock.nanos();
        return current;
    }

    /** Returns the connection to the pool. */
    void close() {
        Connection closing = connection;
        connection = null;
        jdbc = null;
        if (closing == null) {
            return;
        }
        try (closing) {
            setLockTimeout(closing, poolLockTimeout);
        } catch (SQLException e) {
            // The pool replaces a connection whose server does not answer.
            log.atDebug().setCause(e).log("The connection of the writer is lost");
        }
    }

    private static String lockTimeout(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(LOCK_TIMEOUT)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void setLockTimeout(Connection connection, String timeout) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SET_LOCK_TIMEOUT)) {
            statement.setString(1, timeout);
            statement.execute();
        }
    }
}
