package dev.studybuddy.api.outbox;

import dev.studybuddy.outbox.PendingBounds;
import dev.studybuddy.outbox.Shards;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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

    private static final String COLUMNS = """
            o.shard, o.aggregate_type, o.aggregate_id, o.aggregate_version, o.id, o.event_type, o.payload, o.headers,
            o.created_at, o.processed, o.processed_at, o.sent_partition, o.sent_offset, o.retry_count,
            o.next_attempt_at, o.last_error, o.dead_lettered_at""";

    /**
     * The cast of {@code processed} in the subquery prevents the planner from using the pending index, because the
     * query would then read all pending rows of the shard.
     */
    private static final String FAILED = "SELECT " + COLUMNS + """
            , (SELECT count(*) FROM outbox w WHERE w.shard = o.shard AND w.aggregate_type = o.aggregate_type
                 AND w.aggregate_id = o.aggregate_id AND w.aggregate_version > o.aggregate_version
                 AND CAST(w.processed AS INTEGER) = 0) AS later_pending
            FROM outbox o WHERE o.retry_count > 0 AND (o.processed = false OR o.dead_lettered_at IS NOT NULL)
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

    private static final String OLD_UNATTEMPTED = "SELECT " + COLUMNS + """
            , (SELECT count(*) FROM outbox w WHERE w.shard = o.shard AND w.aggregate_type = o.aggregate_type
                 AND w.aggregate_id = o.aggregate_id AND w.aggregate_version > o.aggregate_version
                 AND CAST(w.processed AS INTEGER) = 0) AS later_pending
            FROM (""" + OLDEST_OF_EACH_SHARD + """
            ) o WHERE o.retry_count = 0
              AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.shard = o.shard AND p.aggregate_type = o.aggregate_type
                AND p.aggregate_id = o.aggregate_id AND p.aggregate_version < o.aggregate_version
                AND CAST(p.processed AS INTEGER) = 0)
            ORDER BY o.created_at, o.id LIMIT ?""";

    private static final String BY_AGGREGATE = "SELECT " + COLUMNS + """
            , 0 AS later_pending
            FROM outbox o WHERE o.shard = ? AND o.aggregate_type = ? AND o.aggregate_id = ?
            ORDER BY o.aggregate_version DESC, o.created_at DESC, o.id LIMIT ?""";

    private static final String DEAD_LETTERS = "SELECT " + COLUMNS + """
            , 0 AS later_pending
            FROM outbox o WHERE o.retry_count > 0 AND o.dead_lettered_at IS NOT NULL
              AND (o.shard > ? OR (o.shard = ? AND o.id > ?))
              AND (CAST(? AS TEXT) IS NULL OR o.aggregate_type = ?)
              AND (CAST(? AS TEXT) IS NULL OR o.last_error = ?)
              AND (CAST(? AS TEXT) IS NULL OR o.aggregate_id = ?)
            ORDER BY o.shard, o.id LIMIT ?""";

    private static final String FAILED_BY_ID = "SELECT " + COLUMNS + """
            , 0 AS later_pending
            FROM outbox o WHERE o.retry_count > 0 AND o.id = ? LIMIT 1""";

    private static final String RETRY = """
            UPDATE outbox SET processed = false, processed_at = NULL, dead_lettered_at = NULL, retry_count = 0,
              next_attempt_at = NULL, last_error = NULL
            WHERE shard = ? AND aggregate_type = ? AND aggregate_id = ? AND aggregate_version = ? AND id = ?
              AND (processed = false OR dead_lettered_at IS NOT NULL) AND payload <> CAST('{}' AS jsonb)""";

    private static final String DISCARD = """
            DELETE FROM outbox
            WHERE shard = ? AND aggregate_type = ? AND aggregate_id = ? AND aggregate_version = ? AND id = ?
              AND dead_lettered_at IS NOT NULL""";

    private static final String SWEEP = "UPDATE outbox_shard_lease SET sweep_requested_at = now() WHERE shard = ?";

    private static final String SWEEP_ALL = "UPDATE outbox_shard_lease SET sweep_requested_at = now()";

    private static final String CLEAR_RETRIES = """
            UPDATE outbox SET next_attempt_at = NULL
            WHERE retry_count > 0 AND processed = false AND next_attempt_at IS NOT NULL""";

    private static final int MAX_COUNTED_PER_SHARD = 20_000;

    private final JdbcClient jdbc;
    private final PendingIndex pendingIndex;

    OutboxTable(JdbcClient jdbc, PendingIndex pendingIndex) {
        this.jdbc = jdbc;
        this.pendingIndex = pendingIndex;
    }

    /** Returns the pending and dead-lettered rows with a failed attempt. */
    public List<OutboxRow> findFailed(int limit) {
        return jdbc.sql(FAILED).param(limit).query(OutboxTable::row).list();
    }

    /**
     * Returns the rows that have been pending for more than 30 s without a failed attempt, but only the first of each
     * aggregate. If the whole index cannot be read in time, it is read from the remembered bounds.
     */
    public List<OutboxRow> findOldUnattempted(int limit) {
        try {
            return findOldUnattempted(limit, Collections.nCopies(Shards.COUNT, PendingBounds.START));
        } catch (QueryTimeoutException timeout) {
            LOG.atInfo()
                    .addKeyValue("error", timeout.getMessage())
                    .log("The index of pending rows was not read in time; the stuck events are read from its remembered"
                            + " bounds");
            return findOldUnattempted(limit, pendingIndex.bounds());
        }
    }

    private List<OutboxRow> findOldUnattempted(int limit, List<OffsetDateTime> from) {
        return jdbc.sql(OLD_UNATTEMPTED)
                .params(Stream.concat(from.stream(), Stream.of(limit)).toList())
                .query(OutboxTable::row)
                .list();
    }

    /** Returns the events of one aggregate, newest first. */
    public List<OutboxRow> findByAggregate(String type, String aggregateId, int limit) {
        return jdbc.sql(BY_AGGREGATE)
                .params(Shards.of(type, aggregateId), type, aggregateId, limit)
                .query(OutboxTable::row)
                .list();
    }

    /**
     * Returns the dead-lettered rows that follow a row in the order of (shard, id).
     *
     * @param shard the shard of the row that the list continues after; -1 to begin
     * @param afterId the id of the row that the list continues after
     * @param type the code of an aggregate type; null for every type
     * @param reason the reason of the last failed attempt; null for every reason
     * @param aggregateId the id of an aggregate; null for every aggregate
     */
    public List<OutboxRow> findDeadLetters(
            int shard,
            UUID afterId,
            @Nullable String type,
            @Nullable String reason,
            @Nullable String aggregateId,
            int limit) {
        return jdbc.sql(DEAD_LETTERS)
                .param(shard)
                .param(shard)
                .param(afterId)
                .param(type)
                .param(type)
                .param(reason)
                .param(reason)
                .param(aggregateId)
                .param(aggregateId)
                .param(limit)
                .query(OutboxTable::row)
                .list();
    }

    /** Returns the row with this id if an attempt to publish it failed. */
    public Optional<OutboxRow> findFailed(UUID id) {
        return jdbc.sql(FAILED_BY_ID).param(id).query(OutboxTable::row).optional();
    }

    /**
     * Resets a row to pending without attempts and requests a sweep of its shard, so that it is published at once.
     * Returns false if the row is already published, no longer exists, or has lost its payload by an erasure.
     */
    public boolean retry(OutboxRow row) {
        boolean changed = jdbc.sql(RETRY).params(row.key()).update() == 1;
        if (changed) {
            jdbc.sql(SWEEP).param(row.shard()).update();
        }
        return changed;
    }

    /** Deletes a dead-lettered row. Returns false if the row is not dead-lettered or no longer exists. */
    public boolean discard(OutboxRow row) {
        return jdbc.sql(DISCARD).params(row.key()).update() == 1;
    }

    /**
     * Ends the wait of every row that waits for its next attempt, and requests a sweep of every shard.
     *
     * @return the number of rows whose wait ended
     */
    public int flush() {
        int cleared = jdbc.sql(CLEAR_RETRIES).update();
        jdbc.sql(SWEEP_ALL).update();
        return cleared;
    }

    /** Returns whether any event that was created no later than this time is still pending. */
    public boolean hasPending(Instant createdUpTo) {
        return pendingIndex.countUpTo(1, createdUpTo.atOffset(ZoneOffset.UTC)).pending() > 0;
    }

    /**
     * Returns how many events that were created no later than this time are pending. The count of each shard stops at
     * 20 000.
     */
    public long countPending(Instant createdUpTo) {
        return pendingIndex
                .countUpTo(MAX_COUNTED_PER_SHARD, createdUpTo.atOffset(ZoneOffset.UTC))
                .pending();
    }

    /**
     * Returns the number of pending events; the count stops at a limit, so that it is cheap with any backlog.
     *
     * @param limit the largest number to return
     */
    public long countPendingUpTo(int limit) {
        return Math.min(limit, pendingIndex.countUpTo(limit, OffsetDateTime.MAX).pending());
    }

    /** Returns the present time of the database's clock. */
    public Instant now() {
        return jdbc.sql("SELECT now()").query(Timestamp.class).single().toInstant();
    }

    private static OutboxRow row(ResultSet row, int number) throws SQLException {
        return new OutboxRow(
                row.getInt("shard"),
                row.getString("aggregate_type"),
                row.getString("aggregate_id"),
                row.getLong("aggregate_version"),
                row.getObject("id", UUID.class),
                row.getString("event_type"),
                row.getString("payload"),
                row.getString("headers"),
                row.getTimestamp("created_at").toInstant(),
                row.getBoolean("processed"),
                instant(row.getTimestamp("processed_at")),
                row.getObject("sent_partition", Long.class),
                row.getObject("sent_offset", Long.class),
                row.getInt("retry_count"),
                instant(row.getTimestamp("next_attempt_at")),
                row.getString("last_error"),
                instant(row.getTimestamp("dead_lettered_at")),
                row.getLong("later_pending"));
    }

    private static @Nullable Instant instant(@Nullable Timestamp at) {
        return at == null ? null : at.toInstant();
    }
}
