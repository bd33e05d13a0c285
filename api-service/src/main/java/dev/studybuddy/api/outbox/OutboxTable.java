package dev.studybuddy.api.outbox;

import dev.studybuddy.outbox.Shards;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Reads and changes outbox rows for operators and jobs. No method holds the lease of a shard: a statement that changes
 * a row checks the state of the row instead.
 */
@Repository
public final class OutboxTable {

    private static final String BY_AGGREGATE = "SELECT " + OutboxEvent.STATE_COLUMNS + """
            , 0 AS followers
            FROM outbox o WHERE o.shard = ? AND o.aggregate_type = ? AND o.aggregate_id = ?
            ORDER BY o.aggregate_version DESC, o.created_at DESC, o.id LIMIT ?""";

    /** The list of all shards lets the database search the index {@code outbox_failed} once in each shard. */
    private static final String BY_ID_WITH_FAILED_ATTEMPT = "SELECT " + OutboxEvent.COLUMNS
            + ", 0 AS followers FROM outbox o WHERE o.retry_count > 0 AND o.shard IN ("
            + IntStream.range(0, Shards.COUNT).mapToObj(Integer::toString).collect(Collectors.joining(", "))
            + ") AND o.id = ? LIMIT 1";

    /**
     * The constraint {@code outbox_new_row} accepts a pending row that breaks its rules only if the row has a refused
     * attempt. Such a row was written before the constraint existed. The condition of {@code CASE} repeats these rules,
     * so that a row that breaks them keeps one refused attempt.
     */
    private static final String RETRY = """
            UPDATE outbox SET processed = false, processed_at = NULL, dead_lettered_at = NULL,
              retry_count = CASE
                WHEN jsonb_typeof(headers) = 'object'
                  AND created_at >= '2000-01-01 00:00:00+00' AND created_at < '3000-01-01 00:00:00+00'
                  AND length(aggregate_type) <= 200 AND length(aggregate_id) <= 1000 AND length(event_type) <= 1000
                  AND id <> '00000000-0000-0000-0000-000000000000'
                THEN 0 ELSE 1 END,
              next_attempt_at = NULL, last_error = NULL
            WHERE shard = ? AND aggregate_type = ? AND aggregate_id = ? AND aggregate_version = ? AND id = ?
              AND (processed = false OR dead_lettered_at IS NOT NULL) AND payload <> CAST('{}' AS jsonb)""";

    private static final String DISCARD = """
            DELETE FROM outbox
            WHERE shard = ? AND aggregate_type = ? AND aggregate_id = ? AND aggregate_version = ? AND id = ?
              AND processed AND dead_lettered_at IS NOT NULL""";

    private static final String SWEEP = "UPDATE outbox_shard_lease SET sweep_requested_at = now() WHERE shard = ?";

    private static final String SWEEP_ALL = "UPDATE outbox_shard_lease SET sweep_requested_at = now()";

    /** This statement ends the waits of one page, so that it ends in time however many rows wait. */
    private static final String END_WAITS = """
            UPDATE outbox SET next_attempt_at = NULL
            WHERE (shard, aggregate_type, aggregate_id, aggregate_version, id) IN (
              SELECT shard, aggregate_type, aggregate_id, aggregate_version, id FROM outbox
              WHERE retry_count > 0 AND processed = false AND next_attempt_at IS NOT NULL
              ORDER BY shard, id LIMIT ?)
              AND processed = false""";

    private final JdbcClient jdbc;

    OutboxTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Returns the events of one aggregate without their content, newest first. */
    public List<OutboxEvent> findByAggregate(String type, String aggregateId, int limit) {
        return jdbc.sql(BY_AGGREGATE)
                .params(Shards.of(type, aggregateId), type, aggregateId, limit)
                .query(OutboxEvent::read)
                .list();
    }

    /** Returns the statement that finds a row with a refused attempt by its id. */
    static String findByIdSql() {
        return BY_ID_WITH_FAILED_ATTEMPT;
    }

    /**
     * Returns the row with this id if its {@code retry_count} is above 0, because an attempt to publish it was refused;
     * otherwise empty. A send that failed because of its destination is not counted.
     */
    public Optional<OutboxEvent> findWithFailedAttempt(UUID id) {
        return jdbc.sql(BY_ID_WITH_FAILED_ATTEMPT)
                .param(id)
                .query(OutboxEvent::read)
                .optional();
    }

    /**
     * Resets a row to pending without attempts and requests a sweep of its shard, so that it is published at once. A
     * row that breaks the rules of the constraint {@code outbox_new_row} keeps one refused attempt. Returns false if
     * the row is already published, no longer exists, or has lost its payload by an erasure.
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
    public int endWaits(int limit) {
        return jdbc.sql(END_WAITS).param(limit).update();
    }

    /** Requests a sweep of every shard. */
    public void requestSweeps() {
        jdbc.sql(SWEEP_ALL).update();
    }
}
