package dev.studybuddy.bench.relays.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** How events wait in a table. Statements of the benchmark itself carry the comment {@code bench}. */
public interface OutboxForm {

    /** Makes the tables, where the relay doesn't do it itself when it starts. */
    void create(String url) throws SQLException;

    /** Looks up what rows must carry, once the relay runs. */
    void learn(Connection connection) throws SQLException;

    /**
     * Writes all events of a workload in one statement.
     *
     * @param aheadSeconds how far ahead of now {@code created_at} is, so that it is not older than the commit
     */
    void fill(Connection connection, Workload workload, double aheadSeconds) throws SQLException;

    /** A statement for {@link #bind}. */
    PreparedStatement insert(Connection connection) throws SQLException;

    /** Binds one event to {@link #insert}'s statement. */
    void bind(PreparedStatement insert, Event event) throws SQLException;

    /** A query that has a row while something is pending. */
    String pendingSql();
}
