package dev.studybuddy.publisher.ordering;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * This record holds a pending row as it was read.
 *
 * @param payload the event's value as JSON
 * @param headers the row's headers as a JSON object
 * @param createdAt the creation time by the database's clock, which serves only as a hint for scans and lag
 * @param retryCount the number of attempts that the broker refused so far
 * @param nextAttemptAt the time before which the row is not sent, or null if it may be sent at once
 * @param readAt the database's clock when the row was read
 * @param readNanos the monotonic clock when the row was read, in nanoseconds
 */
public record OutboxRow(
        Aggregate aggregate,
        long version,
        UUID id,
        String eventType,
        String payload,
        String headers,
        Instant createdAt,
        int retryCount,
        @Nullable Instant nextAttemptAt,
        Instant readAt,
        long readNanos) {

    /** Rows of one aggregate are sent in this order. */
    static final Comparator<OutboxRow> ORDER = Comparator.comparingLong(OutboxRow::version)
            .thenComparing(OutboxRow::createdAt)
            .thenComparing(OutboxRow::id);

    /** Returns the row's place on the pending index of its shard. */
    public Position position() {
        return new Position(createdAt, id);
    }

    /** Returns the time from the read of the row to its next attempt in nanoseconds, or 0 if the attempt was due. */
    long delayNanos() {
        return nextAttemptAt == null || !nextAttemptAt.isAfter(readAt)
                ? 0
                : Duration.between(readAt, nextAttemptAt).toNanos();
    }

    /** Returns the row's age by the database's clock at a monotonic time, in nanoseconds. */
    public long ageNanos(long nowNanos) {
        return Math.max(0, Duration.between(createdAt, readAt).toNanos() + nowNanos - readNanos);
    }

    /** Returns the approximate memory that the row takes, in bytes. */
    public int approximateBytes() {
        return payload.length() + headers.length() + 256;
    }
}
