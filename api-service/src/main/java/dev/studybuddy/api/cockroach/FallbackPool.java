package dev.studybuddy.api.cockroach;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.studybuddy.api.deadline.Deadline;
import dev.studybuddy.api.http.Problem;
import jakarta.annotation.PreDestroy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs read-only transactions on a small pool of their own, so that they take no connection from the writes. {@link
 * ConflictRetries} retries them after conflicts and lock timeouts. A transaction reads one snapshot, and on PostgreSQL
 * it takes no lock that a writer waits for.
 */
@Component
final class FallbackPool {

    /**
     * CockroachDB answers a transaction that begins with this statement from the nearest replica, as of a few seconds
     * ago, without a conflict.
     */
    private static final String FOLLOWER_READS = "SET TRANSACTION AS OF SYSTEM TIME follower_read_timestamp()";

    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(1);

    private final HikariDataSource pool;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final ConflictRetries retries;
    private final Semaphore permits;
    private final Duration maxWait;
    private volatile @Nullable Boolean followerReads;

    FallbackPool(DataSource writes, FallbackProperties properties, ConflictRetries retries) throws SQLException {
        HikariConfig settings = new HikariConfig();
        writes.unwrap(HikariDataSource.class).copyStateTo(settings);
        settings.setPoolName("fallback");
        settings.setMaximumPoolSize(properties.concurrentReads());
        settings.setMinimumIdle(0);
        settings.setIdleTimeout(IDLE_TIMEOUT.toMillis());
        // Without this setting, the program would not start while CockroachDB is unavailable.
        settings.setInitializationFailTimeout(-1);
        settings.setReadOnly(true);
        settings.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
        settings.setConnectionInitSql(
                "SET statement_timeout = " + properties.statementTimeout().toMillis());
        pool = new HikariDataSource(settings);
        DataSource limited = new DeadlineDataSource(pool);
        jdbc = JdbcClient.create(limited);
        transactions = new TransactionTemplate(new JdbcTransactionManager(limited));
        transactions.setReadOnly(true);
        this.retries = retries;
        permits = new Semaphore(properties.concurrentReads(), true);
        maxWait = properties.maxWait();
    }

    /**
     * Runs a read that shows every write that was committed before the read began.
     *
     * @throws dev.studybuddy.api.http.ProblemException 503 if too many reads run at once
     */
    <T> T readCurrent(Function<JdbcClient, T> read) {
        return withPermit(() -> inTransaction(() -> {}, read));
    }

    /**
     * Runs a read that may miss the writes of the last seconds.
     *
     * @throws dev.studybuddy.api.http.ProblemException 503 if too many reads run at once
     */
    <T> T readRecent(Function<JdbcClient, T> read) {
        return withPermit(() -> inTransaction(supportsFollowerReads() ? this::beginFollowerRead : () -> {}, read));
    }

    private <T> T withPermit(Supplier<T> read) {
        if (!tryAcquire()) {
            throw Problem.tooManyReads().toException();
        }
        try {
            return read.get();
        } finally {
            permits.release();
        }
    }

    private <T> T inTransaction(Runnable begin, Function<JdbcClient, T> read) {
        T result = retries.<@Nullable T>retry(() -> transactions.<T>execute(status -> {
            begin.run();
            return read.apply(jdbc);
        }));
        return Objects.requireNonNull(result, "a read returned no result");
    }

    private void beginFollowerRead() {
        jdbc.sql(FOLLOWER_READS).update();
    }

    /** Returns whether the server is a CockroachDB; the first call queries the server. */
    private boolean supportsFollowerReads() {
        Boolean supported = followerReads;
        if (supported == null) {
            supported =
                    jdbc.sql("SELECT version()").query(String.class).single().startsWith("CockroachDB");
            followerReads = supported;
        }
        return supported;
    }

    private boolean tryAcquire() {
        try {
            return permits.tryAcquire(Deadline.limit(maxWait).toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @PreDestroy
    void close() {
        pool.close();
    }
}
