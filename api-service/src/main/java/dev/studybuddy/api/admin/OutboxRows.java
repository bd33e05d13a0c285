package dev.studybuddy.api.admin;

import dev.studybuddy.outbox.Shards;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The outbox's rows as an operator needs them. Changes here need only the row's state, no lease. */
@Repository
public final class OutboxRows {

    private static final String COLUMNS = """
            o.shard, o.aggregate_type, o.aggregate_id, o.aggregate_version, o.id, o.event_type, o.payload, o.headers,
            o.created_at, o.processed, o.processed_at, o.sent_partition, o.sent_offset, o.retry_count,
            o.next_attempt_at, o.last_error, o.dead_lettered_at""";

    /** What waits behind is cast, so that no planner takes the pending index for it, which leads to all of the shard's rows. */
    private static final String FAILED = "SELECT " + COLUMNS + """
            , (SELECT count(*) FROM outbox w WHERE w.shard = o.shard AND w.aggregate_type = o.aggregate_type
                 AND w.aggregate_id = o.aggregate_id AND w.aggregate_version > o.aggregate_version
                 AND CAST(w.processed AS INTEGER) = 0) AS behind
            FROM outbox o WHERE o.retry_count > 0 AND (o.processed = false OR o.dead_lettered_at IS NOT NULL)
            ORDER BY o.shard, o.id LIMIT ?""";

    /** The oldest of each shard along the pending index, so that a backlog costs no walk over all of it. */
    private static final String OLDEST_OF_EACH_SHARD =
            IntStream.range(0, Shards.COUNT).mapToObj("""
            (SELECT shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload, headers, created_at,
               processed, processed_at, sent_partition, sent_offset, retry_count, next_attempt_at, last_error,
               dead_lettered_at FROM outbox WHERE shard = %d AND processed = false
             AND created_at < now() - INTERVAL '30 seconds' ORDER BY created_at, id LIMIT 20)"""::formatted).collect(Collectors.joining(" UNION ALL "));

    private static final String OLD = "SELECT " + COLUMNS + """
            , (SELECT count(*) FROM outbox w WHERE w.shard = o.shard AND w.aggregate_type = o.aggregate_type
                 AND w.aggregate_id = o.aggregate_id AND w.aggregate_version > o.aggregate_version
                 AND CAST(w.processed AS INTEGER) = 0) AS behind
            FROM (""" + OLDEST_OF_EACH_SHARD + """
            ) o WHERE o.retry_count = 0
              AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.shard = o.shard AND p.aggregate_type = o.aggregate_type
                AND p.aggregate_id = o.aggregate_id AND p.aggregate_version < o.aggregate_version
                AND CAST(p.processed AS INTEGER) = 0)
            ORDER BY o.created_at, o.id LIMIT ?""";

    private static final String OF_AGGREGATE = "SELECT " + COLUMNS + """
            , 0 AS behind
            FROM outbox o WHERE o.shard = ? AND o.aggregate_type = ? AND o.aggregate_id = ?
            ORDER BY o.aggregate_version DESC, o.created_at DESC, o.id LIMIT ?""";

    private static final String DEAD_LETTERS = "SELECT " + COLUMNS + """
            , 0 AS behind
            FROM outbox o WHERE o.retry_count > 0 AND o.dead_lettered_at IS NOT NULL
              AND (o.shard > ? OR (o.shard = ? AND o.id > ?))
              AND (CAST(? AS TEXT) IS NULL OR o.aggregate_type = ?)
              AND (CAST(? AS TEXT) IS NULL OR o.last_error = ?)
              AND (CAST(? AS TEXT) IS NULL OR o.aggregate_id = ?)
            ORDER BY o.shard, o.id LIMIT ?""";

    private static final String ONE_FAILED = "SELECT " + COLUMNS + """
            , 0 AS behind
            FROM outbox o WHERE o.retry_count > 0 AND o.id = ? LIMIT 1""";

    private static final String RETRY = """
            UPDATE outbox SET processed = false, processed_at = NULL, dead_lettered_at = NULL, retry_count = 0,
              next_attempt_at = NULL, last_error = NULL
            WHERE shard = ? AND aggregate_type = ? AND aggregate_id = ? AND aggregate_version = ? AND id = ?
              AND (processed = false OR dead_lettered_at IS NOT NULL)""";

    private static final String DISCARD = """
            DELETE FROM outbox
            WHERE shard = ? AND aggregate_type = ? AND aggregate_id = ? AND aggregate_version = ? AND id = ?
              AND dead_lettered_at IS NOT NULL""";

    private static final String SWEEP = "UPDATE outbox_shard_lease SET sweep_requested_at = now() WHERE shard = ?";

    private static final String SWEEP_ALL = "UPDATE outbox_shard_lease SET sweep_requested_at = now()";

    private static final String CLEAR_RETRIES = """
            UPDATE outbox SET next_attempt_at = NULL
            WHERE retry_count > 0 AND processed = false AND next_attempt_at IS NOT NULL""";

    private static final String PENDING_AT = """
            SELECT count(*) FROM (SELECT 1 FROM outbox WHERE processed = false AND created_at <= ? LIMIT 1000000) s""";

    private static final String ANY_PENDING_AT =
            "SELECT EXISTS (SELECT 1 FROM outbox WHERE processed = false AND created_at <= ?)";

    private final JdbcClient jdbc;

    OutboxRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Rows with a failed attempt, dead-lettered ones among them. */
    public List<OutboxRow> failed(int limit) {
        return jdbc.sql(FAILED).param(limit).query(OutboxRows::row).list();
    }

    /** Rows that wait for more than 30 s without a failure, the first of each aggregate. */
    public List<OutboxRow> old(int limit) {
        return jdbc.sql(OLD).param(limit).query(OutboxRows::row).list();
    }

    /** The events of one aggregate, newest first. */
    public List<OutboxRow> of(String type, String aggregateId, int limit) {
        return jdbc.sql(OF_AGGREGATE)
                .params(Shards.of(type, aggregateId), type, aggregateId, limit)
                .query(OutboxRows::row)
                .list();
    }

    /** Dead-lettered rows after a place; filters that are null let everything pass. */
    public List<OutboxRow> deadLetters(
            int shard,
            UUID after,
            @Nullable String type,
            @Nullable String reason,
            @Nullable String aggregateId,
            int limit) {
        return jdbc.sql(DEAD_LETTERS)
                .param(shard)
                .param(shard)
                .param(after)
                .param(type)
                .param(type)
                .param(reason)
                .param(reason)
                .param(aggregateId)
                .param(aggregateId)
                .param(limit)
                .query(OutboxRows::row)
                .list();
    }

    /** A row with a failed attempt. */
    public Optional<OutboxRow> failed(UUID id) {
        return jdbc.sql(ONE_FAILED).param(id).query(OutboxRows::row).optional();
    }

    /** Lets a row be sent anew, at once; false where it was sent or is gone. */
    public boolean retry(OutboxRow row) {
        boolean changed = jdbc.sql(RETRY).params(row.key()).update() == 1;
        if (changed) {
            jdbc.sql(SWEEP).param(row.shard()).update();
        }
        return changed;
    }

    /** Removes a dead-lettered row; false where it is none any more. */
    public boolean discard(OutboxRow row) {
        return jdbc.sql(DISCARD).params(row.key()).update() == 1;
    }

    /** Has every publisher look at everything, at once; says how many waits for another attempt were ended. */
    int hurry() {
        int cleared = jdbc.sql(CLEAR_RETRIES).update();
        jdbc.sql(SWEEP_ALL).update();
        return cleared;
    }

    /** Whether any of those written up to then still waits. */
    boolean anyPending(Instant writtenUpTo) {
        return jdbc.sql(ANY_PENDING_AT)
                .param(Timestamp.from(writtenUpTo))
                .query(Boolean.class)
                .single();
    }

    /** How many wait of those written up to then; counted to a million. */
    long pending(Instant writtenUpTo) {
        return jdbc.sql(PENDING_AT)
                .param(Timestamp.from(writtenUpTo))
                .query(Long.class)
                .single();
    }

    /** The database's clock. */
    Instant now() {
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
                row.getLong("behind"));
    }

    private static @Nullable Instant instant(@Nullable Timestamp at) {
        return at == null ? null : at.toInstant();
    }
}
