package dev.studybuddy.api.cockroach;

import com.zaxxer.hikari.HikariDataSource;
import dev.studybuddy.api.deadline.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Provides the connections of a pool in the order of the requests for them, limits the wait for a connection by the
 * deadline of the request, and aborts a connection that is in use when the deadline passes. HikariCP alone may give a
 * free connection to a new thread while other threads wait, so that under load some threads would wait until their
 * timeout. Each timeout of the driver bounds one statement; only this class bounds the sum of all statements.
 */
final class DeadlineDataSource extends DelegatingDataSource {

    private static final Logger LOG = LoggerFactory.getLogger(DeadlineDataSource.class);
    private static final ScheduledExecutorService WATCHDOG = watchdog();

    /** The pool counts its timeout in milliseconds. */
    private static final long TIMEOUT_PRECISION_NANOS = 1_000_000;

    private final HikariDataSource pool;

    /** Each connection has one permit. A thread releases its permit after its connection is back in the pool. */
    private final Semaphore permits;

    DeadlineDataSource(HikariDataSource pool) {
        super(pool);
        this.pool = pool;
        this.permits = new Semaphore(pool.getMaximumPoolSize(), true);
    }

    /** Returns about how many threads wait for a connection because other threads use all connections. */
    int waitingThreads() {
        return permits.getQueueLength();
    }

    /**
     * {@inheritDoc}
     *
     * @throws SQLTransientConnectionException if no connection is free within the timeout of the pool and before the
     *     deadline of the request
     */
    @Override
    public Connection getConnection() throws SQLException {
        OptionalLong remaining = Deadline.remainingNanos();
        long timeoutNanos = TimeUnit.MILLISECONDS.toNanos(pool.getConnectionTimeout());
        long waitNanos = Math.min(remaining.orElse(timeoutNanos), timeoutNanos);
        WatchedConnection connection = connectWithin(waitNanos, timeoutNanos);
        if (remaining.isPresent()) {
            connection.abortAfter(Deadline.remainingNanos().orElse(1), WATCHDOG);
        }
        return connection.proxy();
    }

    private WatchedConnection connectWithin(long waitNanos, long poolTimeoutNanos) throws SQLException {
        long endNanos = System.nanoTime() + waitNanos;
        acquirePermit(waitNanos);
        long leftNanos = endNanos - System.nanoTime();
        if (poolTimeoutNanos - leftNanos < TIMEOUT_PRECISION_NANOS) {
            return connect();
        }
        // The pool has one fixed timeout, which is longer than the time that is left.
        FutureTask<WatchedConnection> late = new FutureTask<>(this::connect);
        Thread.startVirtualThread(late);
        try {
            return late.get(leftNanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof SQLException cause) {
                throw cause;
            }
            if (failed.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("the pool failed to provide a connection", failed);
        } catch (TimeoutException timedOut) {
            returnWhenConnected(late);
            throw noFreeConnection();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            returnWhenConnected(late);
            throw noFreeConnection();
        }
    }

    private void acquirePermit(long nanos) throws SQLException {
        try {
            if (!permits.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
                throw noFreeConnection();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw noFreeConnection();
        }
    }

    /** Takes a connection of the pool for a thread that has a permit. If this fails, the permit is released. */
    private WatchedConnection connect() throws SQLException {
        WatchedConnection connection = null;
        try {
            connection = new WatchedConnection(pool.getConnection(), permits::release);
            return connection;
        } finally {
            if (connection == null) {
                permits.release();
            }
        }
    }

    private static void returnWhenConnected(FutureTask<WatchedConnection> late) {
        Thread.startVirtualThread(() -> {
            try {
                late.get().close();
            } catch (ExecutionException | SQLException failed) {
                LOG.debug("The pool did not provide or take back a connection after the deadline of a request", failed);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static SQLTransientConnectionException noFreeConnection() {
        return new SQLTransientConnectionException(
                "no connection became free within the timeout of the pool and before the deadline of the request",
                "08001");
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
}
