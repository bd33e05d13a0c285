package dev.studybuddy.api.operations.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.operations.lag.GroupLag;
import dev.studybuddy.api.operations.lag.PipelineSample;
import dev.studybuddy.api.operations.pause.Pauses;
import dev.studybuddy.api.outbox.OutboxBacklog;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.SchemaWait;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AlertThresholdsTest {

    private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
    private static final Pauses NONE = new Pauses(List.of(), List.of());
    private static final List<Pauses.Pause> ONE = List.of(new Pauses.Pause("study", NOW, "operator", "maintenance"));

    @Test
    void aSystemThatCannotReadItsOutboxStillAcceptsWrites() {
        assertThat(HealthStatus.of(sample(true, null, 0, NOW), NONE)).isEqualTo(HealthStatus.DEGRADED);
        assertThat(HealthStatus.of(sample(false, null, 0, NOW), NONE)).isEqualTo(HealthStatus.UNHEALTHY);
    }

    @Test
    void valuesAtTheirThresholdsAreNotDegraded() {
        assertThat(AlertThresholds.areRespected(sample(true, backlog(10_000, 100), 30, NOW.minusSeconds(30)), NONE))
                .isTrue();
    }

    @Test
    void eachValueAboveItsThresholdIsDegraded() {
        assertThat(AlertThresholds.areRespected(sample(true, backlog(10_001, 0), 0, NOW), NONE))
                .isFalse();
        assertThat(AlertThresholds.areRespected(sample(true, backlog(0, 101), 0, NOW), NONE))
                .isFalse();
        assertThat(AlertThresholds.areRespected(sample(true, backlog(0, 0), 31, NOW), NONE))
                .isFalse();
        assertThat(AlertThresholds.areRespected(sample(true, backlog(0, 0), 0, NOW.minusSeconds(31)), NONE))
                .isFalse();
    }

    @Test
    void theDelayThatAPauseCausesIsNotDegraded() {
        Pauses publishing = new Pauses(ONE, List.of());
        Pauses projecting = new Pauses(List.of(), ONE);

        assertThat(AlertThresholds.areRespected(sample(true, backlog(10_001, 0), 31, NOW), publishing))
                .isTrue();
        assertThat(AlertThresholds.areRespected(sample(true, backlog(0, 0), 31, NOW.minusSeconds(31)), projecting))
                .isTrue();
        assertThat(AlertThresholds.areRespected(sample(true, backlog(10_001, 0), 31, NOW), projecting))
                .isFalse();
        assertThat(AlertThresholds.areRespected(sample(true, backlog(0, 101), 0, NOW), publishing))
                .isFalse();
    }

    @Test
    void aPartitionThatWaitsFiveMinutesForANewerSchemaIsDegraded() {
        SchemaWait atTheThreshold = new SchemaWait("study-g1", "topic", 0, 7, 2, NOW.minusSeconds(300));
        SchemaWait longer = new SchemaWait("study-g1", "topic", 1, 7, 2, NOW.minusSeconds(301));

        assertThat(AlertThresholds.areRespected(waiting(List.of(atTheThreshold)), NONE))
                .isTrue();
        assertThat(AlertThresholds.areRespected(waiting(List.of(atTheThreshold, longer)), NONE))
                .isFalse();
        assertThat(AlertThresholds.areRespected(waiting(null), NONE)).isFalse();
    }

    private static PipelineSample waiting(@Nullable List<SchemaWait> waits) {
        return sample(true, backlog(0, 0), 0, NOW, waits);
    }

    private static PipelineSample sample(
            boolean writable, @Nullable OutboxBacklog outbox, double lagSeconds, Instant oldestUnconsumed) {
        return sample(writable, outbox, lagSeconds, oldestUnconsumed, List.of());
    }

    private static PipelineSample sample(
            boolean writable,
            @Nullable OutboxBacklog outbox,
            double lagSeconds,
            Instant oldestUnconsumed,
            @Nullable List<SchemaWait> waits) {
        GenerationRecord record = GenerationRecord.empty(Names.STUDY)
                .beginActive(new Generation(1, 1, Map.of(), false, NOW, NOW, null, null));
        GroupLag group = new GroupLag(
                "group", Names.STUDY, 1, 0, List.of(new GroupLag.Partition("topic", 0, 1L, 2, 1L, oldestUnconsumed)));
        return new PipelineSample(
                writable,
                outbox,
                true,
                true,
                List.of(record),
                List.of(group),
                Map.of(Names.STUDY, lagSeconds),
                0L,
                Map.of(Names.STUDY, 0L),
                waits);
    }

    private static OutboxBacklog backlog(long pending, long failed) {
        return new OutboxBacklog(NOW, pending, true, Optional.empty(), failed, List.of());
    }
}
