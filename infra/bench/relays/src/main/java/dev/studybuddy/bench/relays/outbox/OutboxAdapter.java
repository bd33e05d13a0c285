package dev.studybuddy.bench.relays.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * An outbox adapter gives the benchmark access to a table in which events wait for a relay. Statements of the benchmark
 * itself carry the comment {@code bench}.
 */
public interface OutboxAdapter {

    /** Creates the tables, unless the relay creates them when it starts. */
    void createTables(String url) throws SQLException;

    /** Copies the values that rows need from a row that the running relay has written. */
    void captureTemplate(Connection connection) throws SQLException;

    /**
     * Inserts all events of a workload with one statement.
     *
     * @param aheadSeconds seconds by which {@code created_at} is ahead of the current time, so that it is not before
     * the commit
     */
    void fill(Connection connection, Workload workload, double aheadSeconds) throws SQLException;

    /** Prepares the statement for {@link #bind}. */
    PreparedStatement insert(Connection connection) throws SQLException;

    /** Binds one event to the statement of {@link #insert}. */
    void bind(PreparedStatement insert, Event event) throws SQLException;

    /** Returns the name of the table in which the events wait. */
    String table();

    /** Returns a query that returns a row while an event is pending. */
    String pendingSql();
}
