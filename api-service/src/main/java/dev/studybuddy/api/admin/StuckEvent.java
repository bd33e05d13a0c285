package dev.studybuddy.api.admin;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An event that doesn't get on: which, since when, why, how many wait behind it, and what to do. */
record StuckEvent(
        UUID eventId,
        String aggregateType,
        String aggregateId,
        String eventType,
        Instant since,
        int retryCount,
        @Nullable Instant nextAttemptAt,
        String reason,
        long waitingBehind,
        String advice) {

    static StuckEvent of(OutboxRow row) {
        return new StuckEvent(
                row.id(),
                row.aggregateType(),
                row.aggregateId(),
                row.eventType(),
                row.deadLetteredAt() == null ? row.createdAt() : row.deadLetteredAt(),
                row.retryCount(),
                row.nextAttemptAt(),
                reason(row),
                row.behind(),
                advice(row));
    }

    private static String reason(OutboxRow row) {
        if (row.lastError() != null) {
            return row.lastError();
        }
        return "not attempted yet: no publisher has its shard, or the broker or its topic is away";
    }

    private static String advice(OutboxRow row) {
        if (row.deadLetteredAt() != null) {
            return "Given up after " + row.retryCount() + " attempts. Put the cause right, then POST"
                    + " /api/admin/outbox/" + row.id() + "/retry, or DELETE /api/admin/outbox/" + row.id()
                    + ". Later versions of the aggregate go on without it.";
        }
        if (row.retryCount() > 0) {
            return "It is tried again by itself; POST /api/admin/outbox/" + row.id() + "/retry tries it at once.";
        }
        return "See /api/health/sync for publishers and Kafka; it goes by itself when they are there.";
    }
}
