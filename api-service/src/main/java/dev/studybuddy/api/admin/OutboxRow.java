package dev.studybuddy.api.admin;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of the outbox.
 *
 * @param payload JSON text
 * @param headers JSON text
 * @param behind how many later events of the aggregate wait; 0 where not asked for
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
        long behind) {

    /** The primary key, in its order. */
    Object[] key() {
        return new Object[] {shard, aggregateType, aggregateId, aggregateVersion, id};
    }
}
