package dev.studybuddy.publisher.outbox;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.publisher.ordering.IndexPosition;
import dev.studybuddy.publisher.ordering.OutboxRow;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Reads pages of the pending index of several shards. A statement reads several pages, each as a branch of a union. */
final class PageReader {

    /**
     * The union of a poll has one branch for each shard, because CockroachDB may turn LATERAL with LIMIT into a window
     * over a full join.
     */
    private static final String BRANCH = """
             FROM outbox WHERE shard = ? AND processed = false AND created_at >= ? AND created_at <= ?
             AND (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT\s""";

    /**
     * This branch reads all rows from an instant on, except those in memory. Each poll would otherwise convert and send
     * the contents of rows that are in flight or not marked yet.
     */
    private static final String BRANCH_FROM_INSTANT = """
             FROM outbox WHERE shard = ? AND processed = false AND created_at >= ?
             AND id <> ALL (CAST(? AS UUID[])) ORDER BY created_at, id LIMIT\s""";

    /**
     * The number of branches is a power of two up to this number, and a multiple of it above. This rule gives few
     * distinct statements, so that each is soon prepared.
     */
    private static final int BRANCH_STEP = 16;

    private final MonotonicClock clock;
    private final ShardReads reads;
    private final Map<StatementKey, String> statements = new ConcurrentHashMap<>();

    /**
     * Identifies the text of a statement.
     *
     * @param limit the limit of each branch as the text contains it
     */
    private record StatementKey(int branches, String limit, boolean fromInstant, boolean withContents) {

        /**
         * Returns the text. The branches return the stored columns, and the statement converts them once, because the
         * database would otherwise prepare the conversions for each branch in each execution.
         */
        String sql() {
            String columns = withContents ? RowColumns.all("") : RowColumns.withoutContents("");
            String branch =
                    "(SELECT " + RowColumns.STORED + " " + (fromInstant ? BRANCH_FROM_INSTANT : BRANCH) + limit + ")";
            String pages = String.join("\nUNION ALL\n", Collections.nCopies(branches, branch));
            return "SELECT " + columns + " FROM (\n" + pages + "\n) AS pages";
        }
    }

    /**
     * @param clock the monotonic clock that stamps each row
     */
    PageReader(MonotonicClock clock, ShardReads reads) {
        this.clock = clock;
        this.reads = reads;
    }

    /** Returns the text of a statement that reads this number of pages with contents, each after a position. */
    static String sql(int branches, String limit) {
        return new StatementKey(branches, limit, false, true).sql();
    }

    /** Returns the text of a statement that reads this number of pages with contents, each from an instant on. */
    static String sqlFromInstant(int branches, String limit) {
        return new StatementKey(branches, limit, true, true).sql();
    }

    /** Returns the number of branches in the statement that reads this number of pages. */
    private static int branchCount(int pages) {
        int powerOfTwo = Integer.highestOneBit(Math.max(1, 2 * pages - 1));
        return powerOfTwo <= BRANCH_STEP ? powerOfTwo : Math.ceilDiv(pages, BRANCH_STEP) * BRANCH_STEP;
    }

    /**
     * Reads pages by as few statements as the vendor permits. The rows of each page are ordered by (created_at, id).
     *
     * @throws QueryTimeoutException if a statement took too long, or if it waited too long for an open transaction
     */
    List<OutboxRow> read(JdbcTemplate template, SqlVendor vendor, List<PageRequest> requests) {
        List<OutboxRow> rows = new ArrayList<>();
        for (List<PageRequest> statement : vendor.statements(requests)) {
            rows.addAll(reads.read(
                    statement,
                    PageRequest::shard,
                    (part, withContents) -> readAtOnce(template, vendor, part, withContents)));
        }
        PageOrder.restore(rows);
        return rows;
    }

    private List<OutboxRow> readAtOnce(
            JdbcTemplate template, SqlVendor vendor, List<PageRequest> requests, boolean withContents) {
        int branches = branchCount(requests.size());
        String limit = vendor.limit(requests.getFirst().limit());
        boolean fromInstant = requests.stream().allMatch(PageRequest::beginsAtInstant);
        String sql = statements.computeIfAbsent(
                new StatementKey(branches, limit, fromInstant, withContents), StatementKey::sql);
        long readNanos = clock.nanos();
        try {
            return template.query(
                    sql,
                    statement -> bind(statement, vendor, requests, branches, fromInstant),
                    (row, n) -> RowColumns.map(row, readNanos));
        } catch (DataAccessException e) {
            if (SqlStates.isLockTimeout(e)) {
                throw new QueryTimeoutException("A read waited too long for another transaction", e);
            }
            throw e;
        }
    }

    private static void bind(
            PreparedStatement statement,
            SqlVendor vendor,
            List<PageRequest> requests,
            int branches,
            boolean fromInstant)
            throws SQLException {
        PageRequest unused = new PageRequest(
                PageRequest.NO_SHARD, IndexPosition.START, requests.getFirst().limit());
        int parameter = 1;
        for (int branch = 0; branch < branches; branch++) {
            PageRequest request = branch < requests.size() ? requests.get(branch) : unused;
            OffsetDateTime after = Timestamps.parameter(request.after().createdAt());
            statement.setInt(parameter++, request.shard());
            statement.setObject(parameter++, after);
            if (fromInstant) {
                new ArrayParameters<>(statement, request.present()).uuid(parameter++, id -> id);
            } else {
                statement.setObject(parameter++, upTo(request));
                statement.setObject(parameter++, after);
                statement.setObject(parameter++, request.after().id());
            }
            if (vendor.limitIsParameter()) {
                statement.setInt(parameter++, request.limit());
            }
        }
    }

    /** Returns the upper bound of the creation time. The driver sends the latest time as infinity. */
    private static OffsetDateTime upTo(PageRequest request) {
        Instant upTo = request.upTo();
        return upTo == null ? OffsetDateTime.MAX : Timestamps.parameter(upTo);
    }
}
