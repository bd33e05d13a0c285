package dev.studybuddy.publisher.outbox;

import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Selects the columns of a row that a read of many rows returns, and maps them. Such a read returns only the first
 * bytes of each content, so that its result has a bounded size. A row with a longer content is partial.
 */
final class RowColumns {

    /**
     * A value that takes more bytes on the server is not converted to text for a read of many rows. The server may
     * store a long text in few bytes, so this bound also limits the time of a conversion.
     */
    private static final int MAX_STORED_BYTES = 2 * OutboxRow.INLINE_BYTES;

    /** The select lists of this class compute their columns from these stored columns. */
    static final String STORED = "shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,"
            + " headers, created_at, retry_count, next_attempt_at";

    private RowColumns() {}

    /**
     * Returns the columns of a select list, in the order that {@link #map} expects.
     *
     * @param qualifier the qualifier of each column, for example {@code o.}; empty for none
     */
    static String all(String qualifier) {
        return columns(qualifier, eventType(qualifier), prefix(qualifier + "payload"), prefix(qualifier + "headers"));
    }

    /** Returns the columns of {@link #all} without the contents, so that each row is partial. */
    static String withoutContents(String qualifier) {
        return columns(qualifier, "CAST('' AS TEXT)", "CAST(NULL AS BYTEA)", "CAST(NULL AS BYTEA)");
    }

    /** Returns the columns of {@link #all}, in which a processed row has no payload and no headers. */
    static String withPendingContents(String qualifier) {
        String ifPending = "CASE WHEN NOT " + qualifier + "processed THEN ";
        return columns(
                qualifier,
                eventType(qualifier),
                ifPending + prefix(qualifier + "payload") + " END",
                ifPending + prefix(qualifier + "headers") + " END");
    }

    private static String columns(String qualifier, String eventType, String payload, String headers) {
        return String.join(
                ", ",
                qualifier + "shard",
                qualifier + "aggregate_type",
                qualifier + "aggregate_id",
                qualifier + "aggregate_version",
                qualifier + "id",
                eventType,
                payload,
                headers,
                qualifier + "created_at",
                qualifier + "retry_count",
                qualifier + "next_attempt_at",
                "now()");
    }

    private static String eventType(String qualifier) {
        return "left(" + qualifier + "event_type, " + (OutboxRow.INLINE_TYPE_CHARS + 1) + ")";
    }

    /**
     * Returns an expression for the first bytes of a JSON column, which is null for a value that is stored in many
     * bytes. The expression cuts bytes instead of characters, because a server would count the characters one by one.
     */
    private static String prefix(String column) {
        return "CASE WHEN pg_column_size(" + column + ") <= " + MAX_STORED_BYTES + " THEN substring(convert_to(CAST("
                + column + " AS TEXT), 'UTF8') FROM 1 FOR " + (OutboxRow.INLINE_BYTES + 1) + ") END";
    }

    /** Maps every row that the table accepts. A row with a long content is partial. */
    static OutboxRow map(ResultSet row, long readNanos) throws SQLException {
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
                Timestamps.required(row, 9),
                Math.clamp(row.getLong(10), 0, Integer.MAX_VALUE - 1),
                Timestamps.nullable(row, 11),
                Timestamps.required(row, 12),
                readNanos);
        return complete ? mapped : mapped.toPartial();
    }

    private static boolean isInline(byte @Nullable [] text) {
        return text != null && text.length <= OutboxRow.INLINE_BYTES;
    }

    /** Returns the aggregate of a row with these columns. */
    static Aggregate aggregate(ResultSet row) throws SQLException {
        return new Aggregate(row.getInt(1), row.getString(2), row.getString(3));
    }
}
