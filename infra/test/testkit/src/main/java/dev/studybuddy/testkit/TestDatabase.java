package dev.studybuddy.testkit;

import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A test database is an SQL database for one test, which is dropped on close. */
public final class TestDatabase implements AutoCloseable {

    private final SqlServer server;
    private final String name;
    private @Nullable HikariDataSource pool;

    private TestDatabase(SqlServer server, String name) {
        this.server = server;
        this.name = name;
    }

    static TestDatabase create(SqlServer server, String name) {
        server.create(name);
        return new TestDatabase(server, name);
    }

    static TestDatabase copy(SqlServer server, String template, String name) {
        server.copy(template, name);
        return new TestDatabase(server, name);
    }

    /** Returns the JDBC URL. It already has a query, so further parameters follow after {@code &}. */
    public String url() {
        return server.urlOf(name);
    }

    public String username() {
        return server.username();
    }

    /** Returns the password, which is empty if none is required. */
    public String password() {
        return server.password();
    }

    /** Returns a pool of connections, which ends with this database. */
    public synchronized DataSource dataSource() {
        if (pool == null) {
            pool = TestPool.of(url(), username(), password());
        }
        return pool;
    }

    @Override
    public synchronized void close() {
        if (pool != null) {
            pool.close();
        }
        server.drop(name);
    }
}
