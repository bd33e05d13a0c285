package dev.studybuddy.api.operations.health;

import dev.studybuddy.api.operations.lag.EventAge;
import dev.studybuddy.api.operations.lag.GroupLag;
import dev.studybuddy.api.operations.lag.PipelineSample;
import dev.studybuddy.api.operations.pause.Pauses;
import dev.studybuddy.api.outbox.OutboxBacklog;
import dev.studybuddy.readmodel.SchemaWait;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds the thresholds above which {@code infra/deploy/monitoring/alerts.yaml} raises an alert. */
final class AlertThresholds {

    private static final double MAX_LAG_SECONDS = 30;
    private static final long MAX_QUEUE_SIZE = 10_000;
    private static final long MAX_FAILED_EVENTS = 100;
    private static final double MAX_SCHEMA_WAIT_SECONDS = 300;

    private AlertThresholds() {}

    /**
     * Returns whether lag, consumer lag, queue, dead-lettered events, broken documents and waits for newer schemas were
     * read and no value exceeds its threshold. The delay that a pause causes is no fault. Therefore the thresholds of
     * the queue and the lag do not apply while a type is paused. The thresholds of the lag and the consumer lag do not
     * apply while a read model is paused.
     */
    static boolean areRespected(PipelineSample sample, Pauses paused) {
        OutboxBacklog outbox = sample.outbox();
        Double lagSeconds = sample.lagSeconds();
        Long brokenDocuments = sample.brokenDocuments();
        return outbox != null
                && (paused.pausesPublishing() || outbox.pending() <= MAX_QUEUE_SIZE)
                && outbox.deadLettered() <= MAX_FAILED_EVENTS
                && lagSeconds != null
                && (paused.pausesAnything() || lagSeconds <= MAX_LAG_SECONDS)
                && brokenDocuments != null
                && brokenDocuments == 0
                && areSchemasReadInTime(sample.schemaWaits(), outbox.now())
                && (paused.pausesProjecting() || areConsumersInTime(sample.activeGroups(), outbox.now()));
    }

    private static boolean areSchemasReadInTime(@Nullable List<SchemaWait> waits, Instant now) {
        return waits != null
                && waits.stream().allMatch(wait -> EventAge.seconds(wait.since(), now) <= MAX_SCHEMA_WAIT_SECONDS);
    }

    private static boolean areConsumersInTime(@Nullable List<GroupLag> active, Instant now) {
        return active != null
                && active.stream()
                        .flatMap(group -> group.oldestUnconsumedAt().stream())
                        .allMatch(oldest -> EventAge.seconds(oldest, now) <= MAX_LAG_SECONDS);
    }
}
