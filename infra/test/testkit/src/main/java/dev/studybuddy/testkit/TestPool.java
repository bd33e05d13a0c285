package dev.studybuddy.testkit;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.concurrent.TimeUnit;

/**
 * Creates connection pools for tests. With a pool, a test that polls a table does not open a connection for each query.
 */
public final class TestPool {

    private static final int CONNECTIONS_MAX = 32;
    private static final long WAIT_MILLIS = TimeUnit.SECONDS.toMillis(30);
    /** HikariCP accepts no shorter time. */
    private static final long IDLE_MILLIS = TimeUnit.SECONDS.toMillis(10);

    private TestPool() {}

    /**
     * Returns a pool that opens its first connection at the first request. The caller closes it.
     *
     * @param password the password, which is empty if none is required
     */
    public static HikariDataSource of(String url, String username, String password) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(username);
        config.setPassword(password);
        config.setMaximumPoolSize(CONNECTIONS_MAX);
        config.setMinimumIdle(0);
        config.setIdleTimeout(IDLE_MILLIS);
        config.setConnectionTimeout(WAIT_MILLIS);
        // The pool does not fail if the server is unavailable while the pool starts.
        config.setInitializationFailTimeout(-1);
        // The value 0 disables prepared statements on the server. A connection outlives changes of the schema, which
        // invalidate the plans of such statements.
        config.addDataSourceProperty("prepareThreshold", "0");
        return new HikariDataSource(config);
    }
}
