package dev.studybuddy.publisher.outbox;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.Position;
import dev.studybuddy.publisher.ordering.Predecessor;
import dev.studybuddy.publisher.ordering.PredecessorRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Reads the outbox by JDBC, in the SQL dialect that CockroachDB and PostgreSQL share. */
public final class JdbcOutboxTable implements OutboxTable {

    private static final String COLUMNS = """
            shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload, headers, created_at,
            retry_count, next_attempt_at, now()""";

    /**
     * A poll has one such branch for each shard, because CockroachDB may turn LATERAL with LIMIT into a window over a
     * full join.
     */
    private static final String BRANCH = "(SELECT " + COLUMNS + """
             FROM outbox WHERE shard = ? AND processed = false
             AND created_at >= ? AND (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT ?)""";

    /**
     * The number of branches is a power of two up to this number, and a multiple of it above. This gives few distinct
     * statements, so that each is soon prepared.
     */
    private static final int BRANCH_STEP = 16;

    /** This request fills up a statement with unused branches: its limit of 0 reads no row. */
    private static final PageRequest NO_ROWS = new PageRequest(0, Position.START, 0);

    static final String PENDING_FROM = """
            SELECT %s FROM outbox
            WHERE shard = ? AND aggregate_type = ? AND aggregate_id = ? AND aggregate_version >= ? AND %s
            ORDER BY shard, aggregate_type, aggregate_id, aggregate_version, id LIMIT ?""".formatted(COLUMNS, JdbcOutboxWriter.PENDING.formatted("processed"));

    /**
     * Each array has an unnest of its own, because it is not confirmed that CockroachDB accepts several arrays in one
     * unnest.
     */
    static final String PREDECESSORS = """
            SELECT o.shard, o.aggregate_type, o.aggregate_id, o.aggregate_version, o.id, o.event_type,
              CASE WHEN o.processed THEN NULL ELSE o.payload END, o.headers, o.created_at, o.retry_count,
              o.next_attempt_at, now(), o.processed
            FROM (SELECT unnest(CAST(? AS SMALLINT[])) AS shard, unnest(CAST(? AS TEXT[])) AS aggregate_type,
                    unnest(CAST(? AS TEXT[])) AS aggregate_id, unnest(CAST(? AS BIGINT[])) AS aggregate_version) AS k
            JOIN outbox AS o ON o.shard = k.shard AND o.aggregate_type = k.aggregate_type
              AND o.aggregate_id = k.aggregate_id AND o.aggregate_version = k.aggregate_version""";

    private final JdbcTemplate jdbc;
    private final MonotonicClock clock;
    private final JdbcTemplate sweepJdbc;
    private final Map<Integer, String> pollSqlByBranches = new ConcurrentHashMap<>();

    /**
     * @param clock the monotonic clock that stamps each row
     * @param sweepTimeout the time after which a sweep's statement is cancelled, in whole seconds
     */
    public JdbcOutboxTable(JdbcTemplate jdbc, MonotonicClock clock, Duration sweepTimeout) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.sweepJdbc = new JdbcTemplate(Objects.requireNonNull(jdbc.getDataSource()));
        this.sweepJdbc.setQueryTimeout(Math.toIntExact(sweepTimeout.toSeconds()));
    }

    /** Returns the text of a poll with this number of branches. */
    static String pollSql(int branches) {
        return String.join("\nUNION ALL\n", Collections.nCopies(branches, BRANCH));
    }

    /** Returns the number of branches in the statement that polls this number of shards. */
    static int branchCount(int shards) {
        int powerOfTwo = Integer.highestOneBit(Math.max(1, 2 * shards - 1));
        return powerOfTwo <= BRANCH_STEP ? powerOfTwo : Math.ceilDiv(shards, BRANCH_STEP) * BRANCH_STEP;
    }

    @Override
    public List<OutboxRow> readPages(List<PageRequest> requests) {
        return readPages(jdbc, requests);
    }

    @Override
    public List<OutboxRow> readSweepPages(List<PageRequest> requests) {
        return readPages(sweepJdbc, requests);
    }

    private List<OutboxRow> readPages(JdbcTemplate template, List<PageRequest> requests) {
        int branches = branchCount(requests.size());
        long readNanos = clock.nanos();
        return template.query(
                pollSqlByBranches.computeIfAbsent(branches, JdbcOutboxTable::pollSql),
                statement -> {
                    int parameter = 1;
                    for (int branch = 0; branch < branches; branch++) {
                        PageRequest request = branch < requests.size() ? requests.get(branch) : NO_ROWS;
                        statement.setInt(parameter++, request.shard());
                        OffsetDateTime after = request.after().createdAt().atOffset(ZoneOffset.UTC);
                        statement.setObject(parameter++, after);
                        statement.setObject(parameter++, after);
                        statement.setObject(parameter++, request.after().id());
                        statement.setInt(parameter++, request.limit());
                    }
                },
                (row, n) -> row(row, readNanos));
    }

    @Override
    public List<PredecessorRow> readPredecessors(List<Predecessor> predecessors) {
        long readNanos = clock.nanos();
        return jdbc.query(
                PREDECESSORS,
                statement -> {
                    ArrayParameters<Predecessor> arrays = new ArrayParameters<>(statement, predecessors);
                    arrays.smallint(
                            1, predecessor -> (short) predecessor.aggregate().shard());
                    arrays.text(2, predecessor -> predecessor.aggregate().type());
                    arrays.text(3, predecessor -> predecessor.aggregate().id());
                    arrays.bigint(4, Predecessor::version);
                },
                (row, n) -> {
                    Aggregate aggregate = aggregate(row);
                    Predecessor predecessor = new Predecessor(aggregate, row.getLong(4));
                    return new PredecessorRow(predecessor, row.getBoolean(13) ? null : row(row, readNanos));
                });
    }

    @Override
    public List<OutboxRow> readPendingFrom(Aggregate aggregate, long version, int limit) {
        long readNanos = clock.nanos();
        return jdbc.query(
                PENDING_FROM,
                (row, n) -> row(row, readNanos),
                aggregate.shard(),
                aggregate.type(),
                aggregate.id(),
                version,
                limit);
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
                requiredInstant(row, 9),
                Math.toIntExact(row.getLong(10)),
                instant(row, 11),
                requiredInstant(row, 12),
                readNanos);
    }

    private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static Instant requiredInstant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
