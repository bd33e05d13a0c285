package dev.studybuddy.api.lag;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The gauges of a sample. One that is unknown is absent: it has no row. */
@Component
public final class LagMetrics {

    private final MultiGauge syncLag;
    private final MultiGauge queueSize;
    private final MultiGauge failedEvents;
    private final MultiGauge brokenDocuments;
    private final MultiGauge driftDocuments;
    private final MultiGauge rebuildProgress;
    private final MultiGauge groupLag;
    private final MultiGauge groupLagSeconds;

    LagMetrics(MeterRegistry meters) {
        syncLag = gauge(meters, "sync_lag_seconds", "Age of the oldest committed event that MongoDB doesn't show");
        queueSize = gauge(meters, "outbox_queue_size", "Events that wait in the outbox");
        failedEvents = gauge(meters, "outbox_failed_events", "Dead-lettered rows of the outbox");
        brokenDocuments = gauge(meters, "projection_broken_documents", "Documents that MongoDB refused for good");
        driftDocuments = gauge(meters, "sync_drift_documents", "Differences that the last verify found");
        rebuildProgress =
                gauge(meters, "projection_rebuild_progress_ratio", "How much of a building generation is there");
        groupLag = gauge(meters, "kafka_consumer_group_lag", "Records that a group has not committed");
        groupLagSeconds = gauge(
                meters, "kafka_consumer_group_lag_seconds", "Age of the oldest event that a group has not committed");
    }

    /** Shows a sample. */
    void show(SyncState state) {
        one(syncLag, state.lagSeconds());
        OutboxBacklog outbox = state.outbox();
        one(queueSize, outbox == null ? null : Long.valueOf(outbox.pending()));
        one(failedEvents, outbox == null ? null : Long.valueOf(outbox.failed()));
        one(brokenDocuments, state.brokenDocuments());
        List<Row<?>> lags = new ArrayList<>();
        List<Row<?>> ages = new ArrayList<>();
        List<GroupLag> groups = state.groups();
        for (GroupLag group : groups == null ? List.<GroupLag>of() : groups) {
            for (GroupLag.Partition one : group.partitions()) {
                Tags tags = Tags.of(
                        "group", group.group(), "topic", one.topic(), "partition", String.valueOf(one.partition()));
                Double age = age(one, outbox);
                if (one.lag() != null) {
                    lags.add(Row.of(tags, one.lag()));
                }
                if (age != null) {
                    ages.add(Row.of(tags, age));
                }
            }
        }
        groupLag.register(lags, true);
        groupLagSeconds.register(ages, true);
    }

    /** What the last verify of each read model found. */
    public void showDrift(Map<String, Long> documents) {
        byModel(driftDocuments, documents);
    }

    /** How far each read model's rebuild is, 0 to 1; one that is not rebuilt is absent. */
    public void showRebuilds(Map<String, Double> ratios) {
        byModel(rebuildProgress, ratios);
    }

    private static void byModel(MultiGauge gauge, Map<String, ? extends Number> values) {
        List<Row<?>> rows = new ArrayList<>();
        values.forEach((model, value) -> rows.add(Row.of(Tags.of("model", model), value)));
        gauge.register(rows, true);
    }

    private static @Nullable Double age(GroupLag.Partition one, @Nullable OutboxBacklog outbox) {
        if (one.lag() == null) {
            return null;
        }
        if (one.lag() == 0) {
            return 0.0;
        }
        if (one.waiting() == null) {
            return null;
        }
        Instant now = outbox == null ? Instant.now() : outbox.now();
        return Math.max(0.001, Duration.between(one.waiting(), now).toNanos() / 1e9);
    }

    private static void one(MultiGauge gauge, @Nullable Number value) {
        gauge.register(value == null ? List.of() : List.of(Row.of(Tags.empty(), value)), true);
    }

    private static MultiGauge gauge(MeterRegistry meters, String name, String description) {
        return MultiGauge.builder(name).description(description).register(meters);
    }
}
