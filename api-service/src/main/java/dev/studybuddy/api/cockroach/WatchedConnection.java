package dev.studybuddy.api.cockroach;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a connection of a pool until it is closed. The connection can be aborted while a thread uses it; a connection
 * that is back in the pool is never aborted.
 */
final class WatchedConnection implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WatchedConnection.class);

    private final Connection connection;
    private final Runnable afterClose;
    private @Nullable ScheduledFuture<?> abort;
    private boolean closed;

    /**
     * Holds a connection.
     *
     * @param afterClose runs once, after the connection has been closed, even if closing it failed
     */
    WatchedConnection(Connection connection, Runnable afterClose) {
        this.connection = connection;
        this.afterClose = afterClose;
    }

    /** Aborts the connection after this time, unless it is closed before. */
    synchronized void abortAfter(long nanos, ScheduledExecutorService watchdog) {
        abort = watchdog.schedule(this::abort, Math.max(1, nanos), TimeUnit.NANOSECONDS);
    }

    /** Returns the connection for its user. */
    Connection proxy() {
        return (Connection) Proxy.newProxyInstance(
                WatchedConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> invoke(method, arguments));
    }

    private @Nullable Object invoke(Method method, Object @Nullable [] arguments) throws Throwable {
        if (method.getName().equals("close")) {
            close();
            return null;
        }
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause() == null ? thrown : thrown.getCause();
        }
    }

    /** Returns the connection to its pool. A further call has no effect. */
    @Override
    public void close() throws SQLException {
        if (!markClosed()) {
            return;
        }
        try {
            connection.close();
        } finally {
            afterClose.run();
        }
    }

    /** Prevents a later abort of the connection. Returns false if the connection was closed before. */
    private synchronized boolean markClosed() {
        if (closed) {
            return false;
        }
        closed = true;
        if (abort != null) {
            abort.cancel(false);
        }
        return true;
    }

    private synchronized void abort() {
        if (closed) {
            return;
        }
        LOG.warn("The deadline of a request passed while it waited for the database; the connection is aborted and the"
                + " request fails");
        try {
            connection.abort(Runnable::run);
        } catch (SQLException thrown) {
            LOG.warn("A connection could not be aborted; its socket timeout closes it", thrown);
        }
    }
}
