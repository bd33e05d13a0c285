package dev.studybuddy.api.operations.lag;

import dev.studybuddy.api.outbox.OutboxBacklog;
import dev.studybuddy.background.MonotonicClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Exports the values of a sample of the pipeline as gauges. A gauge whose value is unknown has no row, so it is not
 * exported.
 */
@Component
final class LagMetrics {

    private static final Duration OUTBOX_MAX_AGE = Duration.ofSeconds(30);

    private final Clock clock;
    private final MultiGauge syncLag;
    private final MultiGauge queueSize;
    private final MultiGauge failedEvents;
    private final ModelGauge brokenDocuments;
    private final ModelGauge brokenGenerations;
    private final MultiGauge generations;
    private final MultiGauge groupLag;
    private final MultiGauge groupLagSeconds;

    private final MonotonicClock monotonicClock;
    private volatile long outboxReadAtNanos;

    LagMetrics(MeterRegistry meters, Clock clock, MonotonicClock monotonicClock) {
        syncLag = gauge(
                meters,
                "sync_lag_seconds",
                "This gauge is the age of the oldest committed event that MongoDB does not show yet.");
        queueSize = gauge(
                meters,
                "outbox_queue_size",
                "This gauge counts the pending rows of the outbox. A value above 10000 may be a lower bound.");
        failedEvents = gauge(
                meters,
                "outbox_failed_events",
                "This gauge counts the dead-lettered rows of the outbox. The value 10001 is a lower bound.");
        brokenDocuments = new ModelGauge(
                meters,
                "projection_broken_documents",
                "This gauge counts the documents of listed generations of a read model that MongoDB refused"
                        + " permanently. The value 10001 is a lower bound.",
                monotonicClock);
        brokenGenerations = new ModelGauge(
                meters,
                "projection_generation_broken",
                "This gauge is 1 if the active or the building generation of a read model is broken, and otherwise 0.",
                monotonicClock);
        generations = gauge(
                meters,
                "projection_generation_state",
                "This gauge is 1 for each listed generation. The labels show its consumer group and its state.");
        groupLag = gauge(
                meters,
                "kafka_consumer_group_lag",
                "This gauge counts the records that a consumer group has not committed.");
        groupLagSeconds = gauge(
                meters,
                "kafka_consumer_group_lag_seconds",
                "This gauge is the age of the oldest event that a consumer group has not committed.");
        this.clock = clock;
        this.monotonicClock = monotonicClock;
        this.outboxReadAtNanos = monotonicClock.nanos();
    }

    /** Sets the gauges to the values of a sample. */
    void update(PipelineSample sample) {
        register(syncLag, sample.lagSeconds());
        OutboxBacklog outbox = sample.outbox();
        updateOutbox(outbox);
        Map<String, Long> broken = sample.brokenByModel();
        brokenDocuments.register(broken == null ? Map.of() : broken);
        brokenGenerations.register(sample.brokenGenerations());
        List<Row<?>> lags = new ArrayList<>();
        List<Row<?>> ages = new ArrayList<>();
        List<GroupLag> known = sample.groups();
        List<GroupLag> groups = known == null ? List.of() : known;
        generations.register(
                groups.stream()
                        .<Row<?>>map(group -> Row.of(tags(group, sample), 1))
                        .toList(),
                true);
        for (GroupLag group : groups) {
            for (GroupLag.Partition partition : group.partitions()) {
                Tags tags = Tags.of(
                        "group",
                        group.group(),
                        "topic",
                        partition.topic(),
                        "partition",
                        String.valueOf(partition.partition()));
                Double ageSeconds = ageSeconds(partition, outbox);
                if (partition.lag() != null) {
                    lags.add(Row.of(tags, partition.lag()));
                }
                if (ageSeconds != null) {
                    ages.add(Row.of(tags, ageSeconds));
                }
            }
        }
        groupLag.register(lags, true);
        groupLagSeconds.register(ages, true);
    }

    private static Tags tags(GroupLag group, PipelineSample sample) {
        return Tags.of(
                "model",
                group.model(),
                "generation",
                String.valueOf(group.generation()),
                "group",
                group.group(),
                "state",
                sample.stateOf(group));
    }

    /** Exports the values of the outbox. After a failed read, the last values remain for half a minute. */
    private void updateOutbox(@Nullable OutboxBacklog outbox) {
        if (outbox != null) {
            outboxReadAtNanos = monotonicClock.nanos();
            register(queueSize, outbox.pending());
            register(failedEvents, outbox.deadLettered());
        } else if (monotonicClock.nanos() - outboxReadAtNanos > OUTBOX_MAX_AGE.toNanos()) {
            register(queueSize, null);
            register(failedEvents, null);
        }
    }

    private @Nullable Double ageSeconds(GroupLag.Partition partition, @Nullable OutboxBacklog outbox) {
        if (partition.lag() == null) {
            return null;
        }
        if (partition.lag() == 0) {
            return 0.0;
        }
        if (partition.oldestWrittenAt() == null) {
            return null;
        }
        Instant now = outbox == null ? clock.instant() : outbox.now();
        return EventAge.seconds(partition.oldestWrittenAt(), now);
    }

    private static void register(MultiGauge gauge, @Nullable Number value) {
        gauge.register(value == null ? List.of() : List.of(Row.of(Tags.empty(), value)), true);
    }

    private static MultiGauge gauge(MeterRegistry meters, String name, String description) {
        return MultiGauge.builder(name).description(description).register(meters);
    }
}
