package dev.studybuddy.publisher.outbox;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.Position;
import dev.studybuddy.publisher.ordering.Predecessor;
import dev.studybuddy.publisher.ordering.PredecessorRow;
import dev.studybuddy.publisher.ordering.RowKey;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/** Reads the outbox by JDBC, in the SQL dialect that CockroachDB and PostgreSQL share. */
public final class JdbcOutboxTable implements OutboxTable {

    /**
     * A value that takes more bytes on the server is not converted to text for a read of many rows. The server may store
     * a long text in few bytes, so this bound also limits the time of a conversion.
     */
    private static final int MAX_STORED_BYTES = 2 * OutboxRow.INLINE_BYTES;

    private static final String COLUMNS = "shard, aggregate_type, aggregate_id, aggregate_version, id, "
            + eventTypePrefix("event_type") + ", " + prefix("payload") + ", " + prefix("headers")
            + ", created_at, retry_count, next_attempt_at, now()";

    /**
     * A poll has one such branch for each shard, because CockroachDB may turn LATERAL with LIMIT into a window over a
     * full join.
     */
    private static final String BRANCH = "(SELECT " + COLUMNS + """
             FROM outbox WHERE shard = ? AND processed = false AND created_at >= ? AND created_at <= ?
             AND (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT\s""";

    /**
     * The number of branches is a power of two up to this number, and a multiple of it above. This gives few distinct
     * statements, so that each is soon prepared.
     */
    private static final int BRANCH_STEP = 16;

    /** This shard does not exist. Unused branches of a statement read it and find no row. */
    private static final int NO_SHARD = -1;

    private static final String PENDING_FROM = "SELECT " + COLUMNS + """
             FROM outbox
            WHERE shard = ? AND aggregate_type = ? AND aggregate_id = ? AND aggregate_version >= ?
              AND CAST(processed AS INTEGER) = 0
            ORDER BY shard, aggregate_type, aggregate_id, aggregate_version, id LIMIT\s""";

    /** This is the SQLSTATE of a statement that waited too long for a lock or, on CockroachDB, for an open writer. */
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    /**
     * Each array has an unnest of its own, because it is not confirmed that CockroachDB accepts several arrays in one
     * unnest.
     */
    static final String PREDECESSORS = "SELECT o.shard, o.aggregate_type, o.aggregate_id, o.aggregate_version, o.id, "
            + eventTypePrefix("o.event_type") + ", CASE WHEN NOT o.processed THEN " + prefix("o.payload")
            + " END, CASE WHEN NOT o.processed THEN " + prefix("o.headers") + " END, " + """
            o.created_at, o.retry_count, o.next_attempt_at, now(), o.processed
            FROM (SELECT unnest(CAST(? AS SMALLINT[])) AS shard, unnest(CAST(? AS TEXT[])) AS aggregate_type,
                    unnest(CAST(? AS TEXT[])) AS aggregate_id, unnest(CAST(? AS BIGINT[])) AS aggregate_version) AS k
            JOIN outbox AS o ON o.shard = k.shard AND o.aggregate_type = k.aggregate_type
              AND o.aggregate_id = k.aggregate_id AND o.aggregate_version = k.aggregate_version""";

    private static final String KEYED_ROWS = """
            FROM (SELECT unnest(CAST(? AS BIGINT[])) AS n, unnest(CAST(? AS SMALLINT[])) AS shard,
                    unnest(CAST(? AS TEXT[])) AS aggregate_type, unnest(CAST(? AS TEXT[])) AS aggregate_id,
                    unnest(CAST(? AS BIGINT[])) AS aggregate_version, unnest(CAST(? AS UUID[])) AS id) AS k
            JOIN outbox AS o ON o.shard = k.shard AND o.aggregate_type = k.aggregate_type
              AND o.aggregate_id = k.aggregate_id AND o.aggregate_version = k.aggregate_version AND o.id = k.id""";

    static final String ROWS = "SELECT o.shard, o.aggregate_type, o.aggregate_id, o.aggregate_version, o.id, "
            + eventTypePrefix("o.event_type") + ", " + prefix("o.payload") + ", " + prefix("o.headers")
            + ", o.created_at, o.retry_count, o.next_attempt_at, now()\n" + KEYED_ROWS
            + "\nWHERE CAST(o.processed AS INTEGER) = 0";

    /** A value that is stored in more bytes than the limit has at least as many as text, and is not converted. */
    private static final String SIZES = "SELECT k.n, CAST(" + size("o.payload") + " AS BIGINT) + CAST("
            + size("o.headers") + " AS BIGINT) + CAST(octet_length(o.event_type) AS BIGINT)\n" + KEYED_ROWS;

    static final String CONTENTS = """
            SELECT k.n, o.event_type, CAST(o.payload AS TEXT), CAST(o.headers AS TEXT)
            """ + KEYED_ROWS;

    /** The largest and the smallest instant that the servers store are within these bounds. */
    private static final Instant LATEST = Instant.parse("+294276-12-31T23:59:59.999999Z");

    private static final Instant EARLIEST = Instant.parse("-4713-11-24T00:00:00Z");

    private final JdbcTemplate jdbc;
    private final MonotonicClock clock;
    private final JdbcTemplate sweepJdbc;
    private final Map<Pages, String> pageTexts = new ConcurrentHashMap<>();
    private volatile @Nullable SqlVendor vendor;

    /**
     * Identifies the text of a statement that reads pages.
     *
     * @param limit the limit of each branch as it stands in the text
     */
    private record Pages(int branches, String limit) {}

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

    /**
     * Returns an expression for the first bytes of a JSON column, which is null for a value that is stored in many
     * bytes. The expression cuts bytes, because a server counts the characters of a text one by one when it cuts them.
     */
    private static String prefix(String column) {
        return "CASE WHEN pg_column_size(" + column + ") <= " + MAX_STORED_BYTES + " THEN substring(convert_to(CAST("
                + column + " AS TEXT), 'UTF8') FROM 1 FOR " + (OutboxRow.INLINE_BYTES + 1) + ") END";
    }

    private static String eventTypePrefix(String column) {
        return "left(" + column + ", " + (OutboxRow.INLINE_TYPE_CHARS + 1) + ")";
    }

    private static String size(String column) {
        return "CASE WHEN pg_column_size(" + column + ") > ? THEN pg_column_size(" + column
                + ") ELSE octet_length(CAST(" + column + " AS TEXT)) END";
    }

    /** Returns the text of a statement that reads this number of pages. */
    static String pagesSql(int branches, String limit) {
        return String.join("\nUNION ALL\n", Collections.nCopies(branches, BRANCH + limit + ")"));
    }

    /** Returns the text of the statement that reads an aggregate's pending rows. */
    static String pendingFromSql(String limit) {
        return PENDING_FROM + limit;
    }

    /** Returns the number of branches in the statement that polls this number of shards. */
    static int branchCount(int shards) {
        int powerOfTwo = Integer.highestOneBit(Math.max(1, 2 * shards - 1));
        return powerOfTwo <= BRANCH_STEP ? powerOfTwo : Math.ceilDiv(shards, BRANCH_STEP) * BRANCH_STEP;
    }

    /** Returns the vendor of the server, which never changes, after a query at the first use. */
    private SqlVendor vendor() {
        SqlVendor known = vendor;
        if (known == null) {
            known = SqlVendor.of(Objects.requireNonNullElse(jdbc.queryForObject("SELECT version()", String.class), ""));
            vendor = known;
        }
        return known;
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
        List<OutboxRow> rows = new ArrayList<>();
        for (List<PageRequest> statement : vendor().statements(requests)) {
            rows.addAll(readPagesAtOnce(template, statement));
        }
        return rows;
    }

    /**
     * Runs one statement.
     *
     * @throws QueryTimeoutException also if the statement waited too long for an open transaction
     */
    private List<OutboxRow> readPagesAtOnce(JdbcTemplate template, List<PageRequest> requests) {
        SqlVendor known = vendor();
        int branches = branchCount(requests.size());
        PageRequest unused =
                new PageRequest(NO_SHARD, Position.START, requests.getFirst().limit());
        long readNanos = clock.nanos();
        try {
            return template.query(
                    pageTexts.computeIfAbsent(
                            new Pages(branches, known.limit(unused.limit())),
                            pages -> pagesSql(pages.branches(), pages.limit())),
                    statement -> {
                        int parameter = 1;
                        for (int branch = 0; branch < branches; branch++) {
                            PageRequest request = branch < requests.size() ? requests.get(branch) : unused;
                            statement.setInt(parameter++, request.shard());
                            OffsetDateTime after = timestamp(request.after().createdAt());
                            statement.setObject(parameter++, after);
                            statement.setObject(parameter++, upTo(request));
                            statement.setObject(parameter++, after);
                            statement.setObject(parameter++, request.after().id());
                            if (known.limitIsParameter()) {
                                statement.setInt(parameter++, request.limit());
                            }
                        }
                    },
                    (row, n) -> row(row, readNanos));
        } catch (DataAccessException e) {
            if (e.getRootCause() instanceof SQLException cause && LOCK_NOT_AVAILABLE.equals(cause.getSQLState())) {
                throw new QueryTimeoutException("A read waited too long for another transaction", e);
            }
            throw e;
        }
    }

    /** Returns the upper bound of the creation time. The driver sends the latest time as infinity. */
    private static OffsetDateTime upTo(PageRequest request) {
        Instant upTo = request.upTo();
        return upTo == null ? OffsetDateTime.MAX : timestamp(upTo);
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
        List<Object> parameters =
                new ArrayList<>(List.of(aggregate.shard(), aggregate.type(), aggregate.id(), version));
        if (vendor().limitIsParameter()) {
            parameters.add(limit);
        }
        return jdbc.query(pendingFromSql(vendor().limit(limit)), (row, n) -> row(row, readNanos), parameters.toArray());
    }

    @Override
    public List<OutboxRow> readRows(List<RowKey> keys) {
        long readNanos = clock.nanos();
        return jdbc.query(ROWS, statement -> bindKeys(statement, 1, keys), (row, n) -> row(row, readNanos));
    }

    private static Aggregate aggregate(ResultSet row) throws SQLException {
        return new Aggregate(row.getInt(1), row.getString(2), row.getString(3));
    }

    @Override
    public List<Long> readContentBytes(List<OutboxRow> rows, long limit) {
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

    /** Maps every row that the table accepts. */
    private static OutboxRow row(ResultSet row, long readNanos) throws SQLException {
        String eventType = row.getString(6);
        byte[] payload = row.getBytes(7);
        byte[] headers = row.getBytes(8);
        boolean complete = eventType.length() <= OutboxRow.INLINE_TYPE_CHARS && isInline(payload) && isInline(headers);
        OutboxRow mapped = new OutboxRow(
                aggregate(row),
                row.getLong(4),
                row.getObject(5, UUID.class),
                eventType,
                payload,
                headers,
                requiredInstant(row, 9),
                Math.clamp(row.getLong(10), 0, Integer.MAX_VALUE - 1),
                instant(row, 11),
                requiredInstant(row, 12),
                readNanos);
        return complete ? mapped : mapped.toPartial();
    }

    private static boolean isInline(byte @Nullable [] text) {
        return text != null && text.length <= OutboxRow.INLINE_BYTES;
    }

    private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : instant(time);
    }

    private static Instant requiredInstant(ResultSet row, int column) throws SQLException {
        return instant(row.getObject(column, OffsetDateTime.class));
    }

    /** Converts a timestamp. The driver returns the largest and the smallest time for the infinite timestamps. */
    private static Instant instant(OffsetDateTime time) {
        if (time.equals(OffsetDateTime.MAX)) {
            return Instant.MAX;
        }
        return time.equals(OffsetDateTime.MIN) ? Instant.MIN : time.toInstant();
    }

    /** Converts an instant. An instant that the servers cannot store becomes an infinite timestamp. */
    private static OffsetDateTime timestamp(Instant instant) {
        if (instant.isAfter(LATEST)) {
            return OffsetDateTime.MAX;
        }
        return instant.isBefore(EARLIEST) ? OffsetDateTime.MIN : instant.atOffset(ZoneOffset.UTC);
    }
}
