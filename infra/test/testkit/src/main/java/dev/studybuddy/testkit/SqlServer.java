package dev.studybuddy.testkit;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Pattern;

/**
 * An SQL server creates and drops databases.
 *
 * @param url the JDBC URL of any database of the server, on which the statements run
 * @param username the user that may create databases
 * @param password the user's password, empty if none is required
 */
record SqlServer(String url, String username, String password) {

    private static final Pattern DATABASE = Pattern.compile("^(jdbc:postgresql://[^/]+/)([^?]*)(.*)$");

    String urlOf(String database) {
        var parts = DATABASE.matcher(url);
        if (!parts.matches()) {
            throw new IllegalArgumentException(url + " must have the form jdbc:postgresql://host:port/database");
        }
        return parts.group(1) + database + parts.group(3);
    }

    String vendor() {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT version()")) {
            row.next();
            return row.getString(1).contains("CockroachDB") ? "cockroachdb" : "postgresql";
        } catch (SQLException e) {
            throw new IllegalStateException("The server did not return its version: " + url, e);
        }
    }

    void create(String database) {
        execute("CREATE DATABASE " + database);
    }

    /** Creates a database with the tables and rows of another one, which must have no connections. */
    void copy(String template, String database) {
        execute("CREATE DATABASE " + database + " TEMPLATE " + template);
    }

    /** Drops a database even if clients are still connected. */
    void drop(String database) {
        execute("DROP DATABASE IF EXISTS " + database
                + ("cockroachdb".equals(vendor()) ? " CASCADE" : " WITH (FORCE)"));
    }

    private void execute(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql + " failed on " + url, e);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url, username, password);
    }
}
