package dev.studybuddy.api.outbox;

import dev.studybuddy.api.outbox.DeadLetteredRowTable.Position;
import dev.studybuddy.outbox.OutboxPauses;
import dev.studybuddy.outbox.PendingBounds;
import dev.studybuddy.outbox.Shards;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Reads the outbox rows that could be stuck, and dead-lettered rows. Each row states how many pending rows of its
 * aggregate follow it.
 */
@Repository
public final class StuckRowTable {

    /** The search for stuck rows reads at most this number of the oldest pending rows of each shard. */
    public static final int ROWS_OF_SHARD = 100;

    /** If a type is paused, the search finds the rows of other types among this number of rows of each shard. */
    public static final int ROWS_OF_SHARD_WITH_PAUSED = 2_000;

    private static final Logger LOG = LoggerFactory.getLogger(StuckRowTable.class);

    /**
     * The cast of {@code processed} in the subquery prevents the planner from using the pending index, because the
     * query would then read all pending rows of the shard.
     */
    private static final String FOLLOWERS = """
            , (SELECT count(*) FROM outbox w WHERE w.shard = o.shard AND w.aggregate_type = o.aggregate_type
                 AND w.aggregate_id = o.aggregate_id AND w.aggregate_version > o.aggregate_version
                 AND CAST(w.processed AS INTEGER) = 0) AS followers
            """;

    /**
     * The statement reads the index {@code outbox_retried}, however many rows are dead-lettered. The paused types are a
     * parameter: with a subquery in a disjunction, the planner might not read the rows in the order of the index up to
     * the limit.
     */
    private static final String WAITING =
            "SELECT " + OutboxEvent.STATE_COLUMNS + FOLLOWERS + """
            FROM outbox o WHERE o.retry_count > 0 AND o.processed = false AND o.next_attempt_at IS NOT NULL
              AND o.aggregate_type <> ALL (CAST(:paused AS TEXT[])) AND '{all}' <> ALL (CAST(:paused AS TEXT[]))
              AND (o.shard, o.id) > (:shard, :id)
            ORDER BY o.shard, o.id LIMIT :limit""".replace("{all}", OutboxPauses.ALL);

    private static final String DEAD_LETTERED = "SELECT " + OutboxEvent.STATE_AND_ERASURE_COLUMNS + FOLLOWERS + """
            FROM outbox o WHERE o.retry_count > 0 AND o.dead_lettered_at IS NOT NULL AND o.processed
              AND (o.shard, o.id) > (?, ?)
            ORDER BY o.shard, o.id LIMIT ?""";

    /** CockroachDB stores these columns apart from the content of the event. */
    private static final String STATE = """
            shard, aggregate_type, aggregate_id, aggregate_version, id, created_at, processed, processed_at,
            sent_partition, sent_offset, retry_count, next_attempt_at, last_error, dead_lettered_at""";

    /**
     * This query reads the oldest pending rows of each shard along the pending index, so that it never scans a whole
     * backlog.
     */
    private static final String OLDEST_OF_EACH_SHARD = PendingIndex.ofEachShard("""
            (SELECT {state} FROM outbox WHERE shard = {shard} AND processed = false AND created_at >= ?
             AND created_at < now() - INTERVAL '30 seconds' ORDER BY created_at, id LIMIT {rows})""");

    /** This query skips the rows of paused types. */
    private static final String OLDEST_NOT_PAUSED = PendingIndex.ofEachShard("""
            (SELECT * FROM (SELECT {state} FROM outbox WHERE shard = {shard} AND processed = false AND created_at >= ?
             AND created_at < now() - INTERVAL '30 seconds' ORDER BY created_at, id LIMIT {rowsWithPaused}) oldest
             WHERE NOT EXISTS (SELECT 1 FROM outbox_pause z WHERE z.aggregate_type = oldest.aggregate_type)
             LIMIT {rows})""");

    /** Only the rows of the page need the type of the event, which CockroachDB stores with the payload. */
    private static final String EVENT_TYPE = """
            (SELECT e.event_type FROM outbox e WHERE e.shard = o.shard AND e.aggregate_type = o.aggregate_type
               AND e.aggregate_id = o.aggregate_id AND e.aggregate_version = o.aggregate_version AND e.id = o.id)""";

    private static final String OLD_UNATTEMPTED = oldUnattempted(OLDEST_OF_EACH_SHARD);
    private static final String OLD_UNATTEMPTED_NOT_PAUSED = oldUnattempted(OLDEST_NOT_PAUSED);

    /**
     * Returns the statement that selects the first pending row of each aggregate from the oldest rows. The rank removes
     * most followers, so that the search for a predecessor reads each aggregate once. The statement removes a first row
     * that waits for its next attempt only after the rank is computed, so that it selects no follower of this row
     * either.
     */
    private static String oldUnattempted(String oldest) {
        return ("SELECT " + OutboxEvent.stateColumns(EVENT_TYPE) + FOLLOWERS + """
            FROM (SELECT s.*, rank() OVER (PARTITION BY s.shard, s.aggregate_type, s.aggregate_id
                    ORDER BY s.aggregate_version) AS place
                  FROM (""" + oldest + """
            ) s) o WHERE o.place = 1 AND o.next_attempt_at IS NULL AND (o.created_at, o.id) > (?, ?)
              AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.shard = o.shard AND p.aggregate_type = o.aggregate_type
                AND p.aggregate_id = o.aggregate_id AND p.aggregate_version < o.aggregate_version
                AND CAST(p.processed AS INTEGER) = 0)
            ORDER BY o.created_at, o.id LIMIT ?""")
                .replace("{state}", STATE)
                .replace("{rowsWithPaused}", Integer.toString(ROWS_OF_SHARD_WITH_PAUSED))
                .replace("{rows}", Integer.toString(ROWS_OF_SHARD));
    }

    private final JdbcClient jdbc;
    private final PendingIndex pendingIndex;

    StuckRowTable(JdbcClient jdbc, PendingIndex pendingIndex) {
        this.jdbc = jdbc;
        this.pendingIndex = pendingIndex;
    }

    /** A pending position identifies a pending row in the order of times of creation and ids. */
    public record PendingPosition(Instant createdAt, UUID id) {

        /** This position precedes all rows. */
        public static final PendingPosition START = new PendingPosition(Instant.EPOCH, new UUID(0, 0));
    }

    /**
     * Returns the pending rows that wait for their next attempt and whose types are not paused, in the order of their
     * shards and ids.
     *
     * @param paused the paused types, of which {@link OutboxPauses#ALL} stands for all types
     * @param after the position that the list continues after
     */
    public List<OutboxEvent> findWaiting(List<String> paused, Position after, int limit) {
        return jdbc.sql(WAITING)
                .param("paused", paused.toArray(String[]::new))
                .param("shard", after.shard())
                .param("id", after.id())
                .param("limit", limit)
                .query(OutboxEvent::read)
                .list();
    }

    /**
     * Returns dead-lettered rows in the order of their shards and ids. A row that is pending again is not one of them.
     *
     * @param after the position that the list continues after
     */
    public List<OutboxEvent> findDeadLettered(Position after, int limit) {
        return jdbc.sql(DEAD_LETTERED)
                .params(after.shard(), after.id(), limit)
                .query(OutboxEvent::read)
                .list();
    }

    /**
     * Returns the rows that have been pending for more than 30 s and do not wait for their next attempt, but only the
     * first of each aggregate, in the order of their creation. The search reads the {@link #ROWS_OF_SHARD} oldest
     * pending rows of each shard. If the whole index cannot be read in time, it is read from the recorded bounds.
     *
     * @param after the position that the list continues after
     */
    public List<OutboxEvent> findOldUnattempted(PendingPosition after, int limit) {
        return findOldUnattempted(OLD_UNATTEMPTED, after, limit);
    }

    /**
     * Returns the rows of {@link #findOldUnattempted(PendingPosition, int)} whose types are not paused. The search
     * reads at most {@link #ROWS_OF_SHARD} of them in each shard, which are among the {@link
     * #ROWS_OF_SHARD_WITH_PAUSED} oldest pending rows. A pause of all types is ignored.
     */
    public List<OutboxEvent> findOldUnattemptedNotPaused(PendingPosition after, int limit) {
        return findOldUnattempted(OLD_UNATTEMPTED_NOT_PAUSED, after, limit);
    }

    private List<OutboxEvent> findOldUnattempted(String sql, PendingPosition after, int limit) {
        try {
            return findOldUnattempted(sql, after, limit, Collections.nCopies(Shards.COUNT, PendingBounds.START));
        } catch (QueryTimeoutException timeout) {
            LOG.atInfo()
                    .addKeyValue("error", timeout.getMessage())
                    .log("The database did not read the whole index of pending rows in time; the query reads the stuck"
                            + " events from the recorded bounds");
            return findOldUnattempted(sql, after, limit, pendingIndex.bounds());
        }
    }

    private List<OutboxEvent> findOldUnattempted(
            String sql, PendingPosition after, int limit, List<OffsetDateTime> from) {
        return jdbc.sql(sql)
                .params(from)
                .param(after.createdAt().atOffset(ZoneOffset.UTC))
                .param(after.id())
                .param(limit)
                .query(OutboxEvent::read)
                .list();
    }
}
