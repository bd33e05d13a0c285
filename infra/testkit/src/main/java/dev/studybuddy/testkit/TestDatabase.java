package dev.studybuddy.testkit;

import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** An SQL database of a test's own, empty at first, dropped on close. */
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

    /** The JDBC URL; it has a query, so more parameters follow after {@code &}. */
    public String url() {
        return server.urlOf(name);
    }

    public String username() {
        return server.username();
    }

    /** The password; empty where none is needed. */
    public String password() {
        return server.password();
    }

    /** A data source without a pool: each connection is a new one. */
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
