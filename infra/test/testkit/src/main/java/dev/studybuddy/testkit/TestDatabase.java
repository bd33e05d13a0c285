package dev.studybuddy.testkit;

import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A test database is an SQL database for one test. It is empty at first and is dropped on close. */
public final class TestDatabase implements AutoCloseable {

    private final SqlServer server;
    private final String name;

    private TestDatabase(SqlServer server, String name) {
        this.server = server;
        this.name = name;
    }

    static TestDatabase create(SqlServer server, String name) {
        server.create(name);
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

    /** Returns a data source without a pool, which opens a new connection for each request. */
    public DataSource dataSource() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url());
        source.setUser(username());
        source.setPassword(password());
        return source;
    }

    @Override
    public void close() {
        server.drop(name);
    }
}
