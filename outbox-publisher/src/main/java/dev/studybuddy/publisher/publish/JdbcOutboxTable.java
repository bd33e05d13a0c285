package dev.studybuddy.publisher.publish;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** The outbox by JDBC, in the dialect that CockroachDB and PostgreSQL share. */
public final class JdbcOutboxTable implements OutboxTable {

    private static final String COLUMNS = """
            shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload, headers, created_at,
            retry_count, next_attempt_at, now()""";

    /** One branch for each shard, since CockroachDB may turn LATERAL with LIMIT into a window over a full join. */
    private static final String BRANCH_START = "(SELECT " + COLUMNS + " FROM outbox WHERE shard = ";

    private static final String BRANCH_END = """
             AND processed = false
             AND created_at >= ? AND (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT ?)""";

    static final String PENDING_FROM = """
            SELECT %s FROM outbox
            WHERE shard = ? AND aggregate_type = ? AND aggregate_id = ? AND aggregate_version >= ? AND processed = false
            ORDER BY shard, aggregate_type, aggregate_id, aggregate_version, id LIMIT ?""".formatted(COLUMNS);

    /** One unnest for each array: several arrays in one are not confirmed for CockroachDB. */
    static final String PREDECESSORS = """
            SELECT o.shard, o.aggregate_type, o.aggregate_id, o.aggregate_version, o.id, o.event_type,
              CASE WHEN o.processed THEN NULL ELSE o.payload END, o.headers, o.created_at, o.retry_count,
              o.next_attempt_at, now(), o.processed
            FROM (SELECT unnest(CAST(? AS SMALLINT[])) AS shard, unnest(CAST(? AS TEXT[])) AS aggregate_type,
                    unnest(CAST(? AS TEXT[])) AS aggregate_id, unnest(CAST(? AS BIGINT[])) AS aggregate_version) AS k
            JOIN outbox AS o ON o.shard = k.shard AND o.aggregate_type = k.aggregate_type
              AND o.aggregate_id = k.aggregate_id AND o.aggregate_version = k.aggregate_version""";

    private final JdbcTemplate jdbc;
    private final LongSupplier nanos;
    private Prepared prepared = new Prepared(List.of(), "");

    private record Prepared(List<Integer> shards, String sql) {}

    /**
     * @param nanos the monotonic clock, with which rows are stamped
     */
    public JdbcOutboxTable(JdbcTemplate jdbc, LongSupplier nanos) {
        this.jdbc = jdbc;
        this.nanos = nanos;
    }

    /** The text of a poll over these shards. */
    static String pollSql(List<Integer> shards) {
        return shards.stream()
                .map(shard -> BRANCH_START + shard + " " + BRANCH_END)
                .collect(Collectors.joining("\nUNION ALL\n"));
    }

    @Override
    public List<OutboxRow> pages(List<PageRequest> requests) {
        String sql = sql(requests.stream().map(PageRequest::shard).toList());
        long read = nanos.getAsLong();
        return jdbc.query(
                sql,
                statement -> {
                    int parameter = 1;
                    for (PageRequest request : requests) {
                        OffsetDateTime after = request.after().createdAt().atOffset(ZoneOffset.UTC);
                        statement.setObject(parameter++, after);
                        statement.setObject(parameter++, after);
                        statement.setObject(parameter++, request.after().id());
                        statement.setInt(parameter++, request.limit());
                    }
                },
                (row, n) -> row(row, read));
    }

    private synchronized String sql(List<Integer> shards) {
        if (shards.size() == 1) {
            return pollSql(shards);
        }
        if (!prepared.shards().equals(shards)) {
            prepared = new Prepared(shards, pollSql(shards));
        }
        return prepared.sql();
    }

    @Override
    public List<PredecessorRow> predecessors(List<Predecessor> predecessors) {
        long read = nanos.getAsLong();
        return jdbc.query(
                PREDECESSORS,
                statement -> {
                    array(statement, 1, "int2", predecessors, asked ->
                            (short) asked.aggregate().shard());
                    array(
                            statement,
                            2,
                            "text",
                            predecessors,
                            asked -> asked.aggregate().type());
                    array(
                            statement,
                            3,
                            "text",
                            predecessors,
                            asked -> asked.aggregate().id());
                    array(statement, 4, "int8", predecessors, Predecessor::version);
                },
                (row, n) -> {
                    Aggregate aggregate = aggregate(row);
                    Predecessor asked = new Predecessor(aggregate, row.getLong(4));
                    return new PredecessorRow(asked, row.getBoolean(13) ? null : row(row, read));
                });
    }

    @Override
    public List<OutboxRow> pendingFrom(Aggregate aggregate, long version, int limit) {
        long read = nanos.getAsLong();
        return jdbc.query(
                PENDING_FROM,
                (row, n) -> row(row, read),
                aggregate.shard(),
                aggregate.type(),
                aggregate.id(),
                version,
                limit);
    }

    /** Binds one column of the elements as an array. */
    static <T> void array(
            PreparedStatement statement, int parameter, String type, List<T> elements, Function<T, Object> column)
            throws SQLException {
        Connection connection = statement.getConnection();
        Array array =
                connection.createArrayOf(type, elements.stream().map(column).toArray());
        statement.setArray(parameter, array);
    }

    private static Aggregate aggregate(ResultSet row) throws SQLException {
        return new Aggregate(row.getInt(1), row.getString(2), row.getString(3));
    }

    private static OutboxRow row(ResultSet row, long readNanos) throws SQLException {
        return new OutboxRow(
                aggregate(row),
                row.getLong(4),
                row.getObject(5, UUID.class),
                row.getString(6),
                row.getString(7),
                row.getString(8),
                required(row, 9),
                Math.toIntExact(row.getLong(10)),
                instant(row, 11),
                required(row, 12),
                readNanos);
    }

    private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static Instant required(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
