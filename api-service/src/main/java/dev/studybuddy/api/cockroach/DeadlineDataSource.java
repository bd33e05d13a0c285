package dev.studybuddy.api.cockroach;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Aborts a connection that is in use when the deadline of its request passes. Each timeout of the driver bounds one
 * statement; only this class bounds the sum of all statements.
 */
final class DeadlineDataSource extends DelegatingDataSource {

    private static final Logger LOG = LoggerFactory.getLogger(DeadlineDataSource.class);

    private final ScheduledExecutorService watchdog;

    DeadlineDataSource(DataSource pool, ScheduledExecutorService watchdog) {
        super(pool);
        this.watchdog = watchdog;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        OptionalLong remaining = Deadline.remainingNanos();
        if (remaining.isEmpty()) {
            return connection;
        }
        if (remaining.getAsLong() <= 0) {
            connection.close();
            throw new SQLTransientConnectionException(
                    "the deadline of the request passed before it got a connection", "08001");
        }
        WatchedConnection watched = new WatchedConnection(connection);
        watched.abort = watchdog.schedule(watched::abort, remaining.getAsLong(), TimeUnit.NANOSECONDS);
        return watched.proxy();
    }

    /** Watches a connection until it is closed or aborted. A connection that is back in the pool is never aborted. */
    private static final class WatchedConnection {
        private final Connection connection;
        private @Nullable ScheduledFuture<?> abort;
        private boolean finished;

        WatchedConnection(Connection connection) {
            this.connection = connection;
        }

        Connection proxy() {
            return (Connection) Proxy.newProxyInstance(
                    WatchedConnection.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (proxy, method, arguments) -> invoke(method, arguments));
        }

        private @Nullable Object invoke(Method method, Object @Nullable [] arguments) throws Throwable {
            if (method.getName().equals("close")) {
                finish();
            }
            try {
                return method.invoke(connection, arguments);
            } catch (InvocationTargetException thrown) {
                throw thrown.getCause() == null ? thrown : thrown.getCause();
            }
        }

        private synchronized void finish() {
            finished = true;
            if (abort != null) {
                abort.cancel(false);
            }
        }

        private synchronized void abort() {
            if (finished) {
                return;
            }
            finished = true;
            LOG.warn("The deadline of a request passed while it waited for the database; the connection is aborted"
                    + " and the request fails");
            try {
                connection.abort(Runnable::run);
            } catch (SQLException thrown) {
                LOG.warn("A connection could not be aborted; its socket timeout closes it", thrown);
            }
        }
    }
}
