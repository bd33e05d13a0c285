package dev.studybuddy.api.operations.outbox;

import dev.studybuddy.api.outbox.OutboxEvent;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * This record states why a stuck or dead-lettered event is not published, and what an operator can do.
 *
 * @param deadLettered whether the publisher dead-lettered the event, so that the event can be discarded
 * @param since the time at which the event was dead-lettered, or at which it was created if it is not dead-lettered
 * @param retryCount the number of refused attempts to publish the event
 * @param nextAttemptAt the earliest time of the next attempt; null if no wait is recorded
 * @param reason the reason of the last refused attempt, or a sentence if no attempt was refused
 * @param waitingBehind the number of followers: pending events of the aggregate with a later version
 * @param advice the sentences that state what happens next and what the operator can do
 */
record StuckOrDeadLetteredEvent(
        UUID eventId,
        String aggregateType,
        String aggregateId,
        String eventType,
        boolean deadLettered,
        Instant since,
        int retryCount,
        @Nullable Instant nextAttemptAt,
        String reason,

        @Schema(description = "This is the number of followers: pending events of the aggregate with a later version.")
        long waitingBehind,

        String advice) {

    static StuckOrDeadLetteredEvent of(OutboxEvent row) {
        Instant deadLetteredAt = row.isDeadLettered() ? row.deadLetteredAt() : null;
        return new StuckOrDeadLetteredEvent(
                row.id(),
                row.aggregateType(),
                row.aggregateId(),
                row.eventType(),
                deadLetteredAt != null,
                deadLetteredAt == null ? row.createdAt() : deadLetteredAt,
                row.retryCount(),
                row.nextAttemptAt(),
                reason(row),
                row.followers(),
                advice(row));
    }

    private static String reason(OutboxEvent row) {
        if (row.lastError() != null) {
            return row.lastError();
        }
        return "No refused attempt is recorded for this event. A backlog precedes it, no publisher owns its shard, or"
                + " Kafka or the topic is unavailable.";
    }

    private static String advice(OutboxEvent row) {
        if (row.isDeadLettered() && row.isErased()) {
            return "The publisher dead-lettered this event after attempt " + row.retryCount()
                    + ". Its payload was erased,"
                    + " because its aggregate was deleted. Discard the event with DELETE /api/admin/outbox/" + row.id()
                    + ".";
        }
        if (row.isDeadLettered()) {
            return "The publisher dead-lettered this event after attempt " + row.retryCount() + ". Fix the cause. Then"
                    + " retry the event with POST /api/admin/outbox/" + row.id() + "/retry, or discard it with DELETE"
                    + " /api/admin/outbox/" + row.id() + ". Later versions of the aggregate are published without it.";
        }
        if (row.retryCount() > 0) {
            return "The publisher retries this event automatically. To end its wait, retry the event with POST"
                    + " /api/admin/outbox/" + row.id() + "/retry.";
        }
        return "Check the publishers and Kafka with GET /api/health/sync. The event is published automatically once a"
                + " publisher owns its shard and Kafka is available.";
    }
}
