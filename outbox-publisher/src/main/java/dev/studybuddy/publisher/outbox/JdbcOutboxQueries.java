package dev.studybuddy.publisher.outbox;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.Predecessor;
import dev.studybuddy.publisher.ordering.PredecessorRow;
import dev.studybuddy.publisher.ordering.RowKey;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/** Reads the outbox by JDBC, in the SQL dialect that CockroachDB and PostgreSQL share. */
public final class JdbcOutboxQueries implements OutboxQueries {

    private static final String PENDING_FROM = """
             FROM outbox
            WHERE shard = ? AND aggregate_type = ? AND aggregate_id = ? AND aggregate_version >= ?
              AND CAST(processed AS INTEGER) = 0
            ORDER BY shard, aggregate_type, aggregate_id, aggregate_version, id LIMIT\s""";

    /**
     * Each array has an unnest of its own, because it is not confirmed that CockroachDB accepts several arrays in one
     * unnest.
     */
    private static final String KEYED_PREDECESSORS = """
            , o.processed
            FROM (SELECT unnest(CAST(? AS SMALLINT[])) AS shard, unnest(CAST(? AS TEXT[])) AS aggregate_type,
                    unnest(CAST(? AS TEXT[])) AS aggregate_id, unnest(CAST(? AS BIGINT[])) AS aggregate_version) AS k
            JOIN outbox AS o ON o.shard = k.shard AND o.aggregate_type = k.aggregate_type
              AND o.aggregate_id = k.aggregate_id AND o.aggregate_version = k.aggregate_version""";

    static final String PREDECESSORS = "SELECT " + RowColumns.withPendingContents("o.") + KEYED_PREDECESSORS;

    private static final String PREDECESSORS_WITHOUT_CONTENTS =
            "SELECT " + RowColumns.withoutContents("o.") + KEYED_PREDECESSORS;

    private static final String KEYED_ROWS = """
            FROM (SELECT unnest(CAST(? AS BIGINT[])) AS n, unnest(CAST(? AS SMALLINT[])) AS shard,
                    unnest(CAST(? AS TEXT[])) AS aggregate_type, unnest(CAST(? AS TEXT[])) AS aggregate_id,
                    unnest(CAST(? AS BIGINT[])) AS aggregate_version, unnest(CAST(? AS UUID[])) AS id) AS k
            JOIN outbox AS o ON o.shard = k.shard AND o.aggregate_type = k.aggregate_type
              AND o.aggregate_id = k.aggregate_id AND o.aggregate_version = k.aggregate_version AND o.id = k.id""";

    static final String ROWS = pendingRowsSql(RowColumns.all("o."));

    private static final String ROWS_WITHOUT_CONTENTS = pendingRowsSql(RowColumns.withoutContents("o."));

    /**
     * A value that is stored in more bytes than the limit is not converted, and its size is the stored one. Its text
     * may be shorter, for example that of an array of small numbers.
     */
    private static final String SIZES = "SELECT k.n, CAST(" + size("o.payload") + " AS BIGINT) + CAST("
            + size("o.headers") + " AS BIGINT) + CAST(octet_length(o.event_type) AS BIGINT)\n" + KEYED_ROWS;

    private static final String CONTENTS = """
            SELECT k.n, o.event_type, CAST(o.payload AS TEXT), CAST(o.headers AS TEXT)
            """ + KEYED_ROWS;

    private final JdbcTemplate jdbc;
    private final MonotonicClock clock;
    private final JdbcTemplate sweepJdbc;
    private final ReadRetries retries;
    private final ShardReads reads;
    private final PageReader pages;
    private volatile @Nullable SqlVendor vendor;

    /**
     * @param clock the monotonic clock that stamps each row
     * @param statementTimeout the time after which the database server ends a statement; a read that the database rolls
     *     back is not repeated after this time
     * @param sweepTimeout the time after which a sweep's statement is cancelled, in whole seconds
     */
    public JdbcOutboxQueries(
            JdbcTemplate jdbc, MonotonicClock clock, Duration statementTimeout, Duration sweepTimeout) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.sweepJdbc = new JdbcTemplate(Objects.requireNonNull(jdbc.getDataSource()));
        this.sweepJdbc.setQueryTimeout(Math.toIntExact(sweepTimeout.toSeconds()));
        this.retries = new ReadRetries(clock, statementTimeout);
        this.reads = new ShardReads(clock, retries);
        this.pages = new PageReader(clock, reads);
    }

    private static String pendingRowsSql(String columns) {
        return "SELECT " + columns + "\n" + KEYED_ROWS + "\nWHERE CAST(o.processed AS INTEGER) = 0";
    }

    private static String size(String column) {
        return "CASE WHEN pg_column_size(" + column + ") > ? THEN pg_column_size(" + column
                + ") ELSE octet_length(CAST(" + column + " AS TEXT)) END";
    }

    /** Returns the text of the statement that reads an aggregate's pending rows with contents. */
    static String pendingFromSql(String limit) {
        return pendingFromSql(RowColumns.all(""), limit);
    }

    private static String pendingFromSql(String columns, String limit) {
        return "SELECT " + columns + PENDING_FROM + limit;
    }

    /** Returns the vendor of the server, which never changes. The first call queries the server. */
    private SqlVendor vendor() {
        SqlVendor present = vendor;
        if (present == null) {
            present =
                    SqlVendor.of(Objects.requireNonNullElse(jdbc.queryForObject("SELECT version()", String.class), ""));
            vendor = present;
        }
        return present;
    }

    @Override
    public List<OutboxRow> readPages(List<PageRequest> requests) {
        return pages.read(jdbc, vendor(), requests);
    }

    @Override
    public List<OutboxRow> readSweepPages(List<PageRequest> requests) {
        return pages.read(sweepJdbc, vendor(), requests);
    }

    @Override
    public List<PredecessorRow> readPredecessors(List<Predecessor> predecessors) {
        return reads.readSingleRows(
                predecessors, predecessor -> predecessor.aggregate().shard(), this::readPredecessorsOnce);
    }

    private List<PredecessorRow> readPredecessorsOnce(List<Predecessor> predecessors, boolean withContents) {
        long readNanos = clock.nanos();
        return jdbc.query(
                withContents ? PREDECESSORS : PREDECESSORS_WITHOUT_CONTENTS,
                statement -> {
                    ArrayParameters<Predecessor> arrays = new ArrayParameters<>(statement, predecessors);
                    arrays.smallint(
                            1, predecessor -> (short) predecessor.aggregate().shard());
                    arrays.text(2, predecessor -> predecessor.aggregate().type());
                    arrays.text(3, predecessor -> predecessor.aggregate().id());
                    arrays.bigint(4, Predecessor::version);
                },
                (row, n) -> {
                    Predecessor predecessor = new Predecessor(RowColumns.aggregate(row), row.getLong(4));
                    return new PredecessorRow(predecessor, row.getBoolean(13) ? null : RowColumns.map(row, readNanos));
                });
    }

    @Override
    public List<OutboxRow> readPendingFrom(Aggregate aggregate, long version, int limit) {
        return reads.read(
                List.of(aggregate),
                Aggregate::shard,
                (one, withContents) -> readPendingFromOnce(aggregate, version, limit, withContents));
    }

    private List<OutboxRow> readPendingFromOnce(Aggregate aggregate, long version, int limit, boolean withContents) {
        long readNanos = clock.nanos();
        List<Object> parameters =
                new ArrayList<>(List.of(aggregate.shard(), aggregate.type(), aggregate.id(), version));
        if (vendor().limitIsParameter()) {
            parameters.add(limit);
        }
        return jdbc.query(
                pendingFromSql(
                        withContents ? RowColumns.all("") : RowColumns.withoutContents(""), vendor().limit(limit)),
                (row, n) -> RowColumns.map(row, readNanos),
                parameters.toArray());
    }

    @Override
    public List<OutboxRow> readRows(List<RowKey> keys) {
        return reads.readSingleRows(keys, key -> key.aggregate().shard(), this::readRowsOnce);
    }

    @Override
    public List<OutboxRow> readPartialRows(List<RowKey> keys) {
        return retries.read(() -> readRowsOnce(keys, false));
    }

    private List<OutboxRow> readRowsOnce(List<RowKey> keys, boolean withContents) {
        long readNanos = clock.nanos();
        return jdbc.query(
                withContents ? ROWS : ROWS_WITHOUT_CONTENTS,
                statement -> bindKeys(statement, 1, keys),
                (row, n) -> RowColumns.map(row, readNanos));
    }

    @Override
    public List<Long> readContentBytes(List<OutboxRow> rows, long limit) {
        try {
            return retries.read(() -> readContentBytesOnce(rows, limit));
        } catch (DataAccessException failure) {
            if (limit == 0 || !SqlStates.isSocketTimeout(failure)) {
                throw failure;
            }
            // This statement fails too if the server does not answer at all.
            readContentBytesOnce(rows, 0);
            throw new QueryTimeoutException("A read of the sizes of contents exceeded the socket timeout", failure);
        }
    }

    private List<Long> readContentBytesOnce(List<OutboxRow> rows, long limit) {
        Long[] bytes = new Long[rows.size()];
        Arrays.fill(bytes, GONE);
        jdbc.query(
                SIZES,
                statement -> {
                    statement.setLong(1, limit);
                    statement.setLong(2, limit);
                    bindKeys(statement, 3, keys(rows));
                },
                (RowCallbackHandler) row -> bytes[row.getInt(1)] = row.getLong(2));
        return List.of(bytes);
    }

    @Override
    public List<OutboxRow> readContents(List<OutboxRow> rows) {
        return retries.read(() -> readContentsOnce(rows));
    }

    private List<OutboxRow> readContentsOnce(List<OutboxRow> rows) {
        List<OutboxRow> complete = new ArrayList<>(rows);
        jdbc.query(CONTENTS, statement -> bindKeys(statement, 1, keys(rows)), (RowCallbackHandler) row -> {
            int n = row.getInt(1);
            complete.set(n, rows.get(n).complete(row.getString(2), row.getBytes(3), row.getBytes(4)));
        });
        return complete;
    }

    private static List<RowKey> keys(List<OutboxRow> rows) {
        return rows.stream().map(OutboxRow::key).toList();
    }

    private static void bindKeys(PreparedStatement statement, int first, List<RowKey> keys) throws SQLException {
        AtomicLong n = new AtomicLong();
        ArrayParameters<RowKey> arrays = new ArrayParameters<>(statement, keys);
        arrays.bigint(first, key -> n.getAndIncrement());
        arrays.smallint(first + 1, key -> (short) key.aggregate().shard());
        arrays.text(first + 2, key -> key.aggregate().type());
        arrays.text(first + 3, key -> key.aggregate().id());
        arrays.bigint(first + 4, RowKey::version);
        arrays.uuid(first + 5, RowKey::id);
    }
}
