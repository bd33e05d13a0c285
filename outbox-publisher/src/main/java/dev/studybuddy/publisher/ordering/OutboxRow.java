package dev.studybuddy.publisher.ordering;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * This record holds a pending row as it was read. It can hold every row that the table accepts: instants saturate at
 * the limits of Java, and counts saturate at those of an int.
 *
 * @param payload the event's value as JSON, in UTF-8
 * @param headers the row's headers as JSON, in UTF-8
 * @param createdAt the creation time by the database's clock, unless the writer chose another time; it orders the rows
 *     of a page and the rows of one version, and it becomes the time of the event
 * @param retryCount the number of attempts so far that the broker or the client refused, or that the publisher rejected
 * @param nextAttemptAt the time before which the row is not sent, or null if it may be sent at once
 * @param readAt the database's clock when the row was read
 * @param readNanos the monotonic clock when the row was read, in nanoseconds
 * @param contentFault the reason why the row has no event type, payload and headers, or null if it has them
 */
// No code compares rows by their content: a row is identified by its key.
@SuppressWarnings("ArrayRecordComponent")
public record OutboxRow(
        RowKey key,
        String eventType,
        byte[] payload,
        byte[] headers,
        Instant createdAt,
        int retryCount,
        @Nullable Instant nextAttemptAt,
        Instant readAt,
        long readNanos,
        @Nullable String contentFault) {

    /** Rows of one aggregate are sent in this order. */
    static final Comparator<OutboxRow> ORDER = Comparator.comparingLong(OutboxRow::version)
            .thenComparing(OutboxRow::createdAt)
            .thenComparing(OutboxRow::id);

    /** A row waits at most this long for its next attempt, whatever the table states. */
    public static final Duration MAX_DELAY = Duration.ofHours(1);
    /**
     * A row's age counts at most as this long, because the sum of the ages of rows with absurd creation times would
     * exceed the range of a metric.
     */
    private static final Duration MAX_AGE = Duration.ofDays(1);
    /** A row takes about this much memory in addition to its content and its texts. */
    private static final int OVERHEAD_BYTES = 256;

    private static final int BYTES_PER_CHAR = 2;
    private static final String NOT_READ = "the content of the row was not read";
    private static final byte[] NONE = {};

    /**
     * A row whose payload or headers have more than this number of bytes is partial: a read of many rows does not
     * return its content.
     */
    public static final int INLINE_BYTES = 4096;
    /** A row whose event type has more than this number of characters is partial. */
    public static final int INLINE_TYPE_CHARS = 512;

    /** Creates a row with its content. */
    public OutboxRow(
            Aggregate aggregate,
            long version,
            UUID id,
            String eventType,
            byte[] payload,
            byte[] headers,
            Instant createdAt,
            int retryCount,
            @Nullable Instant nextAttemptAt,
            Instant readAt,
            long readNanos) {
        this(
                new RowKey(aggregate, version, id),
                eventType,
                payload,
                headers,
                createdAt,
                retryCount,
                nextAttemptAt,
                readAt,
                readNanos,
                null);
    }

    /** Returns this row without content. It must be completed before it is admitted to memory. */
    public OutboxRow toPartial() {
        return withContent("", NONE, NONE, NOT_READ);
    }

    /** Returns whether the content of this row was not read yet. */
    public boolean isPartial() {
        return NOT_READ.equals(contentFault);
    }

    /** Returns whether a read of many rows omits the content of this row, or may fail because of it. */
    boolean isLarge() {
        return contentFault != null
                || payload.length > INLINE_BYTES
                || headers.length > INLINE_BYTES
                || eventType.length() > INLINE_TYPE_CHARS;
    }

    /** Returns the aggregate of this row. */
    public Aggregate aggregate() {
        return key.aggregate();
    }

    /** Returns the version of the aggregate that this row contains. */
    public long version() {
        return key.version();
    }

    /** Returns the id of the event. */
    public UUID id() {
        return key.id();
    }

    /** Returns this row with its content. */
    public OutboxRow complete(String type, byte[] completePayload, byte[] completeHeaders) {
        return withContent(type, completePayload, completeHeaders, null);
    }

    /** Returns this row without its content. The publisher rejects each attempt to send it, with this reason. */
    public OutboxRow withContentFault(String reason) {
        return withContent("", NONE, NONE, reason);
    }

    private OutboxRow withContent(String type, byte[] newPayload, byte[] newHeaders, @Nullable String fault) {
        return new OutboxRow(
                key, type, newPayload, newHeaders, createdAt, retryCount, nextAttemptAt, readAt, readNanos, fault);
    }

    /** Returns this row with another time of its next attempt. */
    public OutboxRow withNextAttemptAt(@Nullable Instant time) {
        return new OutboxRow(
                key, eventType, payload, headers, createdAt, retryCount, time, readAt, readNanos, contentFault);
    }

    /** Returns the row's position in the pending index of its shard. */
    public IndexPosition position() {
        return new IndexPosition(createdAt, id());
    }

    /**
     * Returns the time from the read of the row to its next attempt in nanoseconds, or 0 if the attempt was due. It is
     * at most an hour.
     */
    public long delayNanos() {
        if (nextAttemptAt == null || !nextAttemptAt.isAfter(readAt)) {
            return 0;
        }
        Duration delay = Duration.between(readAt, nextAttemptAt);
        return (delay.compareTo(MAX_DELAY) > 0 ? MAX_DELAY : delay).toNanos();
    }

    /**
     * Returns the row's age by the database's clock at a monotonic time, in nanoseconds. It is at least 0 and at most a
     * day.
     */
    public long ageNanos(long nowNanos) {
        Duration age = Duration.between(createdAt, readAt).plusNanos(nowNanos - readNanos);
        return age.isNegative() ? 0 : (age.compareTo(MAX_AGE) > 0 ? MAX_AGE : age).toNanos();
    }

    /** Returns the memory that the row takes in bytes. The content counts exactly. */
    public int approximateBytes() {
        int chars = aggregate().type().length() + aggregate().id().length() + eventType.length();
        return payload.length + headers.length + BYTES_PER_CHAR * chars + OVERHEAD_BYTES;
    }

    /** Describes the row without its content, which no log contains. */
    @Override
    public String toString() {
        return aggregate() + " version " + version() + " event " + id();
    }
}
