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
 * Cuts a connection when its request's deadline passes while it is in use. Each time-out of the driver bounds one
 * statement; only this bounds their sum.
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
                    "the request's deadline passed before it had a connection", "08001");
        }
        Watched watched = new Watched(connection);
        watched.abort = watchdog.schedule(watched::abort, remaining.getAsLong(), TimeUnit.NANOSECONDS);
        return watched.proxy();
    }

    /** A connection until it is closed or cut, whichever comes first: never cut once it is back in the pool. */
    private static final class Watched {
        private final Connection connection;
        private @Nullable ScheduledFuture<?> abort;
        private boolean over;

        Watched(Connection connection) {
            this.connection = connection;
        }

        Connection proxy() {
            return (Connection) Proxy.newProxyInstance(
                    Watched.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (proxy, method, arguments) -> invoke(method, arguments));
        }

        private @Nullable Object invoke(Method method, Object @Nullable [] arguments) throws Throwable {
            if (method.getName().equals("close")) {
                settle();
            }
            try {
                return method.invoke(connection, arguments);
            } catch (InvocationTargetException thrown) {
                throw thrown.getCause() == null ? thrown : thrown.getCause();
            }
        }

        private synchronized void settle() {
            over = true;
            if (abort != null) {
                abort.cancel(false);
            }
        }

        private synchronized void abort() {
            if (over) {
                return;
            }
            over = true;
            LOG.warn("A request's deadline passed while it waited for the database; its connection is cut");
            try {
                connection.abort(Runnable::run);
            } catch (SQLException thrown) {
                LOG.warn("A connection could not be cut; its socket time-out ends it", thrown);
            }
        }
    }
}
