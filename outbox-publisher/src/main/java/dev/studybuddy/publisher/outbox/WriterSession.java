package dev.studybuddy.publisher.outbox;

import dev.studybuddy.background.MonotonicClock;
import java.sql.Connection;
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
 * Holds one connection whose statements wait only briefly for a lock. Other statements of the program wait longer, so
 * the connection gets the default timeout back before it returns to the pool. Only one thread uses an instance.
 */
final class WriterSession {

    private static final Logger log = LoggerFactory.getLogger(WriterSession.class);

    /** The connection returns to the pool after this time, so that the pool can replace an old connection. */
    private static final long LONGEST_USE_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final DataSource source;
    private final long lockTimeoutMillis;
    private final MonotonicClock clock;
    private @Nullable Connection connection;
    private @Nullable JdbcTemplate jdbc;
    private long openedNanos;

    WriterSession(DataSource source, Duration lockTimeout, MonotonicClock clock) {
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
        execute(opened, "SET lock_timeout = " + lockTimeoutMillis);
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
            execute(closing, "RESET lock_timeout");
        } catch (SQLException e) {
            // The pool replaces a connection whose server does not answer.
            log.atDebug().setCause(e).log("The connection of the marks is lost");
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
