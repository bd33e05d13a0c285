package dev.studybuddy.api.cockroach;

import com.zaxxer.hikari.HikariDataSource;
import dev.studybuddy.api.deadline.Deadline;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Limits the wait for a connection by the deadline of the request, and aborts a connection that is in use when the
 * deadline passes. Each timeout of the driver bounds one statement; only this class bounds the sum of all statements.
 */
final class DeadlineDataSource extends DelegatingDataSource {

    private static final Logger LOG = LoggerFactory.getLogger(DeadlineDataSource.class);
    private static final ScheduledExecutorService WATCHDOG = watchdog();

    private final HikariDataSource pool;

    DeadlineDataSource(HikariDataSource pool) {
        super(pool);
        this.pool = pool;
    }

    @Override
    public Connection getConnection() throws SQLException {
        OptionalLong remaining = Deadline.remainingNanos();
        if (remaining.isEmpty()) {
            return pool.getConnection();
        }
        WatchedConnection watched = new WatchedConnection(connectWithin(remaining.getAsLong()));
        watched.abort = WATCHDOG.schedule(
                watched::abort, Math.max(1, Deadline.remainingNanos().orElse(1)), TimeUnit.NANOSECONDS);
        return watched.proxy();
    }

    private Connection connectWithin(long nanos) throws SQLException {
        if (nanos <= 0) {
            throw deadlinePassed();
        }
        if (nanos > TimeUnit.MILLISECONDS.toNanos(pool.getConnectionTimeout())) {
            return pool.getConnection();
        }
        // The pool has one fixed timeout, which is longer than the rest of this request.
        FutureTask<Connection> late = new FutureTask<>(pool::getConnection);
        Thread.startVirtualThread(late);
        try {
            return late.get(nanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof SQLException cause) {
                throw cause;
            }
            throw new IllegalStateException("the pool failed to provide a connection", failed);
        } catch (TimeoutException timeout) {
            returnWhenConnected(late);
            throw deadlinePassed();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            returnWhenConnected(late);
            throw deadlinePassed();
        }
    }

    private static void returnWhenConnected(FutureTask<Connection> late) {
        Thread.startVirtualThread(() -> {
            try {
                late.get().close();
            } catch (ExecutionException | SQLException failed) {
                LOG.debug("No connection became available after the deadline of its request", failed);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static SQLTransientConnectionException deadlinePassed() {
        return new SQLTransientConnectionException(
                "the deadline of the request passed before it got a connection", "08001");
    }

    private static ScheduledExecutorService watchdog() {
        ScheduledThreadPoolExecutor watchdog = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "deadline-watchdog");
            thread.setDaemon(true);
            return thread;
        });
        // Nearly every task is cancelled. Without this policy, the queue would keep cancelled tasks until they are due.
        watchdog.setRemoveOnCancelPolicy(true);
        return watchdog;
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
