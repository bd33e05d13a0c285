package dev.studybuddy.api.outbox;

import dev.studybuddy.outbox.OutboxPauses;
import dev.studybuddy.outbox.PendingBounds;
import dev.studybuddy.outbox.Shards;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Reads and changes outbox rows for operators and jobs. A change here holds no lease: its statement checks the row's
 * state instead.
 */
@Repository
public final class OutboxTable {

    private static final Logger LOG = LoggerFactory.getLogger(OutboxTable.class);

    /**
     * The cast of {@code processed} in the subquery prevents the planner from using the pending index, because the
     * query would then read all pending rows of the shard.
     */
    private static final String WITH_FOLLOWERS = "SELECT " + OutboxEvent.PREVIEW_COLUMNS + """
            , (SELECT count(*) FROM outbox w WHERE w.shard = o.shard AND w.aggregate_type = o.aggregate_type
                 AND w.aggregate_id = o.aggregate_id AND w.aggregate_version > o.aggregate_version
                 AND CAST(w.processed AS INTEGER) = 0) AS followers
            """;

    /**
     * The statement reads the index {@code outbox_retried}, however many rows are dead-lettered. The paused types are a
     * parameter, because a subquery in a disjunction could prevent the planner from reading the rows in the order of
     * the index up to the limit.
     */
    private static final String WAITING = WITH_FOLLOWERS + """
            FROM outbox o WHERE o.retry_count > 0 AND o.processed = false AND o.next_attempt_at IS NOT NULL
              AND o.aggregate_type <> ALL (CAST(:paused AS TEXT[])) AND '{all}' <> ALL (CAST(:paused AS TEXT[]))
            ORDER BY o.shard, o.id LIMIT :limit""".replace("{all}", OutboxPauses.ALL);

    private static final String DEAD_LETTERED = WITH_FOLLOWERS + """
            FROM outbox o WHERE o.retry_count > 0 AND o.dead_lettered_at IS NOT NULL AND o.processed
            ORDER BY o.shard, o.id LIMIT ?""";

    /**
     * This query reads the oldest pending rows of each shard along the pending index, so that it never scans a whole
     * backlog.
     */
    private static final String OLDEST_OF_EACH_SHARD = PendingIndex.ofEachShard("""
            (SELECT shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload, headers, created_at,
               processed, processed_at, sent_partition, sent_offset, retry_count, next_attempt_at, last_error,
               dead_lettered_at FROM outbox WHERE shard = {shard} AND processed = false AND created_at >= ?
             AND created_at < now() - INTERVAL '30 seconds' ORDER BY created_at, id LIMIT 20)""");

    /**
     * This query skips the rows of paused types. It reads at most 2 000 of the oldest pending rows of each shard.
     */
    private static final String OLDEST_NOT_PAUSED = PendingIndex.ofEachShard("""
            (SELECT * FROM (SELECT shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload, headers,
               created_at, processed, processed_at, sent_partition, sent_offset, retry_count, next_attempt_at, last_error,
               dead_lettered_at FROM outbox WHERE shard = {shard} AND processed = false AND created_at >= ?
             AND created_at < now() - INTERVAL '30 seconds' ORDER BY created_at, id LIMIT 2000) oldest
             WHERE NOT EXISTS (SELECT 1 FROM outbox_pause z WHERE z.aggregate_type = oldest.aggregate_type) LIMIT 20)""");

    private static final String OLD_UNATTEMPTED = oldUnattempted(OLDEST_OF_EACH_SHARD);
    private static final String OLD_UNATTEMPTED_NOT_PAUSED = oldUnattempted(OLDEST_NOT_PAUSED);

    private static String oldUnattempted(String oldest) {
        return WITH_FOLLOWERS + """
            FROM (""" + oldest + """
            ) o WHERE o.next_attempt_at IS NULL
              AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.shard = o.shard AND p.aggregate_type = o.aggregate_type
                AND p.aggregate_id = o.aggregate_id AND p.aggregate_version < o.aggregate_version
                AND CAST(p.processed AS INTEGER) = 0)
            ORDER BY o.created_at, o.id LIMIT ?""";
    }

    private static final String BY_AGGREGATE = "SELECT " + OutboxEvent.COLUMNS + """
            , 0 AS followers
            FROM outbox o WHERE o.shard = ? AND o.aggregate_type = ? AND o.aggregate_id = ?
            ORDER BY o.aggregate_version DESC, o.created_at DESC, o.id LIMIT ?""";

    private static final String FAILED_BY_ID = "SELECT " + OutboxEvent.COLUMNS + """
            , 0 AS followers
            FROM outbox o WHERE o.retry_count > 0 AND o.id = ? LIMIT 1""";

    private static final String RETRY = """
            UPDATE outbox SET processed = false, processed_at = NULL, dead_lettered_at = NULL, retry_count = 0,
              next_attempt_at = NULL, last_error = NULL
            WHERE shard = ? AND aggregate_type = ? AND aggregate_id = ? AND aggregate_version = ? AND id = ?
              AND (processed = false OR dead_lettered_at IS NOT NULL) AND payload <> CAST('{}' AS jsonb)""";

    private static final String DISCARD = """
            DELETE FROM outbox
            WHERE shard = ? AND aggregate_type = ? AND aggregate_id = ? AND aggregate_version = ? AND id = ?
              AND processed AND dead_lettered_at IS NOT NULL""";

    private static final String SWEEP = "UPDATE outbox_shard_lease SET sweep_requested_at = now() WHERE shard = ?";

    private static final String SWEEP_ALL = "UPDATE outbox_shard_lease SET sweep_requested_at = now()";

    /** This statement clears one page, so that it ends in time however many rows wait. */
    private static final String CLEAR_RETRIES = """
            UPDATE outbox SET next_attempt_at = NULL
            WHERE (shard, aggregate_type, aggregate_id, aggregate_version, id) IN (
              SELECT shard, aggregate_type, aggregate_id, aggregate_version, id FROM outbox
              WHERE retry_count > 0 AND processed = false AND next_attempt_at IS NOT NULL
              ORDER BY shard, id LIMIT ?)
              AND processed = false""";

    private final JdbcClient jdbc;
    private final PendingIndex pendingIndex;

    OutboxTable(JdbcClient jdbc, PendingIndex pendingIndex) {
        this.jdbc = jdbc;
        this.pendingIndex = pendingIndex;
    }

    /**
     * Returns the pending rows that wait for their next attempt and whose types are not paused, in the order of their
     * shards and ids.
     *
     * @param paused the paused types, of which {@link OutboxPauses#ALL} stands for all types
     */
    public List<OutboxEvent> findWaiting(List<String> paused, int limit) {
        return jdbc.sql(WAITING)
                .param("paused", paused.toArray(String[]::new))
                .param("limit", limit)
                .query(OutboxEvent::read)
                .list();
    }

    /** Returns dead-lettered rows in the order of their shards and ids. A row that is pending again is not one of them. */
    public List<OutboxEvent> findDeadLettered(int limit) {
        return jdbc.sql(DEAD_LETTERED).param(limit).query(OutboxEvent::read).list();
    }

    /**
     * Returns the rows that have been pending for more than 30 s and do not wait for their next attempt, but only the
     * first of each aggregate. If the whole index cannot be read in time, it is read from the recorded bounds.
     */
    public List<OutboxEvent> findOldUnattempted(int limit) {
        return findOldUnattempted(OLD_UNATTEMPTED, limit);
    }

    /**
     * Returns the rows of {@link #findOldUnattempted(int)} whose types are not paused. A pause of all types is ignored.
     */
    public List<OutboxEvent> findOldUnattemptedNotPaused(int limit) {
        return findOldUnattempted(OLD_UNATTEMPTED_NOT_PAUSED, limit);
    }

    private List<OutboxEvent> findOldUnattempted(String sql, int limit) {
        try {
            return findOldUnattempted(sql, limit, Collections.nCopies(Shards.COUNT, PendingBounds.START));
        } catch (QueryTimeoutException timeout) {
            LOG.atInfo()
                    .addKeyValue("error", timeout.getMessage())
                    .log("The database did not read the whole index of pending rows in time; the query reads the stuck"
                            + " events from the recorded bounds");
            return findOldUnattempted(sql, limit, pendingIndex.bounds());
        }
    }

    private List<OutboxEvent> findOldUnattempted(String sql, int limit, List<OffsetDateTime> from) {
        return jdbc.sql(sql)
                .params(Stream.concat(from.stream(), Stream.of(limit)).toList())
                .query(OutboxEvent::read)
                .list();
    }

    /** Returns the events of one aggregate, newest first. */
    public List<OutboxEvent> findByAggregate(String type, String aggregateId, int limit) {
        return jdbc.sql(BY_AGGREGATE)
                .params(Shards.of(type, aggregateId), type, aggregateId, limit)
                .query(OutboxEvent::read)
                .list();
    }

    /** Returns the row with this id if an attempt to publish it failed; otherwise empty. */
    public Optional<OutboxEvent> findFailed(UUID id) {
        return jdbc.sql(FAILED_BY_ID).param(id).query(OutboxEvent::read).optional();
    }

    /**
     * Resets a row to pending without attempts and requests a sweep of its shard, so that it is published at once.
     * Returns false if the row is already published, no longer exists, or has lost its payload by an erasure.
     */
    public boolean retry(OutboxEvent row) {
        boolean changed = jdbc.sql(RETRY).params(row.key()).update() == 1;
        if (changed) {
            jdbc.sql(SWEEP).param(row.shard()).update();
        }
        return changed;
    }

    /** Deletes a dead-lettered row. Returns false if the row is not dead-lettered or no longer exists. */
    public boolean discard(OutboxEvent row) {
        return jdbc.sql(DISCARD).params(row.key()).update() == 1;
    }

    /**
     * Ends the wait of rows that wait for their next attempt.
     *
     * @param limit the largest number of rows whose wait ends
     * @return the number of rows whose wait ended, which is below the limit if no further row waits
     */
    public int clearRetries(int limit) {
        return jdbc.sql(CLEAR_RETRIES).param(limit).update();
    }

    /** Requests a sweep of every shard. */
    public void requestSweeps() {
        jdbc.sql(SWEEP_ALL).update();
    }
}
