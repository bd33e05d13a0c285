package dev.studybuddy.bench.relays.limits;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Marks many rows in one statement. It disables hash joins and merge joins, so that the planner uses the primary key,
 * independently of the statistics of the table.
 */
final class BulkMarker implements AutoCloseable {

    private static final String MARK = """
            UPDATE outbox AS o SET processed = true, processed_at = now()
            FROM unnest(?::smallint[], ?::text[], ?::bigint[], ?::uuid[]) AS k (shard, aggregate_id, version, id)
            WHERE o.shard = k.shard AND o.aggregate_type = 'bench' AND o.aggregate_id = k.aggregate_id
              AND o.aggregate_version = k.version AND o.id = k.id""";

    private final Connection connection;
    private final PreparedStatement statement;

    BulkMarker(Connection connection) throws SQLException {
        this.connection = connection;
        try (Statement settings = connection.createStatement()) {
            settings.execute("SET enable_hashjoin = off");
            settings.execute("SET enable_mergejoin = off");
        }
        statement = connection.prepareStatement(MARK);
    }

    void mark(List<Row> rows) throws SQLException {
        statement.setArray(
                1,
                connection.createArrayOf("int2", rows.stream().map(Row::shard).toArray()));
        statement.setArray(
                2,
                connection.createArrayOf(
                        "text", rows.stream().map(Row::aggregateId).toArray()));
        statement.setArray(
                3,
                connection.createArrayOf("int8", rows.stream().map(Row::version).toArray()));
        statement.setArray(
                4, connection.createArrayOf("uuid", rows.stream().map(Row::id).toArray()));
        int marked = statement.executeUpdate();
        if (marked != rows.size()) {
            throw new IllegalStateException("the statement marked only " + marked + " of " + rows.size() + " rows");
        }
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
