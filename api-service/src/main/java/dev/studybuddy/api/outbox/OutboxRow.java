package dev.studybuddy.api.outbox;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An outbox row holds one event and the state of its publication.
 *
 * @param payload the event's payload as JSON text
 * @param headers the event's headers as JSON text
 * @param processedAt the time when the row was marked as processed; null while it is pending
 * @param sentPartition the partition of the event's Kafka record; null while none is recorded
 * @param sentOffset the offset of the event's Kafka record; null while none is recorded
 * @param retryCount the number of failed attempts to publish the event
 * @param nextAttemptAt the earliest time of the next attempt; null if no wait is recorded
 * @param lastError the reason of the last failed attempt; null if no attempt failed
 * @param deadLetteredAt the time when the publisher dead-lettered the event; null if it did not
 * @param laterPending the number of pending events of the aggregate with a later version; 0 if the query did not count
 *     them
 */
public record OutboxRow(
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
        long laterPending) {

    /** Returns whether the payload was erased because the aggregate was deleted. Such a row can only be discarded. */
    public boolean isErased() {
        return payload.equals("{}");
    }

    /** Returns the values of the primary key, in the order of its columns. */
    Object[] key() {
        return new Object[] {shard, aggregateType, aggregateId, aggregateVersion, id};
    }
}
