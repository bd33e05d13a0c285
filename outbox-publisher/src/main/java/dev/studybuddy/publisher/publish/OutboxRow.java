package dev.studybuddy.publisher.publish;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A pending row as it was read.
 *
 * @param payload the event's value, JSON
 * @param headers the row's headers, a JSON object
 * @param createdAt by the database's clock, a hint for scanning and lag
 * @param retryCount attempts that the broker refused so far
 * @param nextAttemptAt not to be sent before; null for at once
 * @param readAt the database's clock when the row was read
 * @param readNanos the monotonic clock when the row was read
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

    /** The order in which rows of one aggregate go. */
    static final Comparator<OutboxRow> ORDER = Comparator.comparingLong(OutboxRow::version)
            .thenComparing(OutboxRow::createdAt)
            .thenComparing(OutboxRow::id);

    Position position() {
        return new Position(createdAt, id);
    }

    /** How long the row's next attempt is away from when it was read, nanoseconds; 0 when it is due. */
    long heldNanos() {
        return nextAttemptAt == null || !nextAttemptAt.isAfter(readAt)
                ? 0
                : Duration.between(readAt, nextAttemptAt).toNanos();
    }

    /** The row's age at a monotonic instant, nanoseconds, by the database's clock. */
    public long ageNanos(long nowNanos) {
        return Math.max(0, Duration.between(createdAt, readAt).toNanos() + nowNanos - readNanos);
    }

    /** About how much memory the row takes, bytes. */
    int weight() {
        return payload.length() + headers.length() + 256;
    }
}
