package dev.studybuddy.api.outbox;

import dev.studybuddy.outbox.RowErrors;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An outbox event is an event as the outbox holds it, with the state of its publication.
 *
 * @param payload the event's payload as JSON text. A search of dead-lettered events reads only the first 1 024
 *     characters. If the database cannot return the payload, the text is a JSON string that states this. All other
 *     lists read no payload, and the text is empty; a list that reads whether the payload was erased returns {@code {}}
 *     for an erased one
 * @param headers the event's headers as JSON text; an empty object in lists, or if the database cannot return the
 *     content of the row
 * @param processedAt the time when the row was marked as processed; null while it is pending
 * @param sentPartition the partition of the event's Kafka record; null while none is recorded
 * @param sentOffset the offset of the event's Kafka record; null while none is recorded
 * @param retryCount the number of refused attempts to publish the event
 * @param nextAttemptAt the earliest time of the next attempt; null if no wait is recorded
 * @param lastError the reason of the last refused attempt; null if no attempt was refused
 * @param deadLetteredAt the time when the publisher dead-lettered the event; null if it did not
 * @param followers the number of the event's followers; 0 if the query did not count them
 */
public record OutboxEvent(
        int shard,
        String aggregateType,
        String aggregateId,
        long aggregateVersion,
        UUID id,
        String eventType,
        String payload,
        String headers,
        Instant createdAt,
        boolean processed,
        @Nullable Instant processedAt,
        @Nullable Long sentPartition,
        @Nullable Long sentOffset,
        int retryCount,
        @Nullable Instant nextAttemptAt,
        @Nullable String lastError,
        @Nullable Instant deadLetteredAt,
        long followers) {

    private static final String UNREADABLE =
            "CASE WHEN o.last_error LIKE '" + RowErrors.UNREADABLE_CONTENT + "%' THEN ";
    private static final String NO_PAYLOAD = "'\"The database cannot return this payload.\"'";
    private static final String NO_HEADERS = "CAST('{}' AS jsonb)";

    /** {@link #read} reads these columns of the table {@code outbox}, which the statement names {@code o}. */
    static final String COLUMNS = columns(
            UNREADABLE + "CAST(" + NO_PAYLOAD + " AS jsonb) ELSE o.payload END",
            UNREADABLE + NO_HEADERS + " ELSE o.headers END");

    /**
     * A search of dead-lettered rows reads these columns, with the first 1 024 characters of the payload, so that no
     * page needs much memory.
     */
    static final String PREVIEW_COLUMNS =
            columns(UNREADABLE + NO_PAYLOAD + " ELSE left(CAST(o.payload AS TEXT), 1024) END", NO_HEADERS);

    /**
     * Lists that show no payload read these columns, which convert no payload to text. The conversion of an unreadable
     * payload can fail or take many seconds. The other sets of columns avoid the conversion only after a refused
     * attempt, which records that the content is unreadable.
     */
    static final String STATE_COLUMNS = stateColumns("o.event_type");

    /** These columns state whether the payload was erased, without a conversion of the payload. */
    static final String STATE_AND_ERASURE_COLUMNS =
            columns("CASE WHEN o.payload = CAST('{}' AS jsonb) THEN '{}' ELSE '' END", NO_HEADERS);

    /**
     * Returns the {@link #STATE_COLUMNS} with another expression for the type of the event.
     *
     * @param eventType an SQL expression
     */
    static String stateColumns(String eventType) {
        return columns(eventType, "''", NO_HEADERS);
    }

    private static String columns(String payload, String headers) {
        return columns("o.event_type", payload, headers);
    }

    private static String columns(String eventType, String payload, String headers) {
        return "o.shard, o.aggregate_type, o.aggregate_id, o.aggregate_version, o.id, " + eventType
                + " AS event_type, " + payload + " AS payload, " + headers + """
                 AS headers, o.created_at, o.processed, o.processed_at, o.sent_partition, o.sent_offset, o.retry_count,
                o.next_attempt_at, o.last_error, o.dead_lettered_at""";
    }

    /** Reads a row of a result that has the {@link #COLUMNS} and {@code followers}. */
    static OutboxEvent read(ResultSet row, int number) throws SQLException {
        return new OutboxEvent(
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
                row.getLong("followers"));
    }

    private static @Nullable Instant instant(@Nullable Timestamp at) {
        return at == null ? null : at.toInstant();
    }

    /**
     * Returns whether the payload was erased because the aggregate was deleted, if the query read that. Such a row can
     * only be discarded.
     */
    public boolean isErased() {
        return payload.equals("{}");
    }

    /**
     * Returns whether the event is dead-lettered. A row that is pending again may still have the time at which it was
     * dead-lettered.
     */
    public boolean isDeadLettered() {
        return processed && deadLetteredAt != null;
    }

    /** Returns the values of the primary key, in the order of its columns. */
    Object[] key() {
        return new Object[] {shard, aggregateType, aggregateId, aggregateVersion, id};
    }
}
