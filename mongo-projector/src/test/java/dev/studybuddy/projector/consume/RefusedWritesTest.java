package dev.studybuddy.projector.consume;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.projector.mongo.FencedSessionLostException;
import dev.studybuddy.projector.mongo.TemporaryRefusalException;
import dev.studybuddy.projector.mongo.WriteRefusal;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RefusedWritesTest {

    private static final String GAUGE = "projector_refused_write_seconds";
    private static final String COMMAND_GAUGE = "projector_refused_command_seconds";
    private static final GenerationPartition PARTITION =
            new GenerationPartition("study-g1", new TopicPartition("todo", 3));
    private static final GenerationPartition OTHER_PARTITION =
            new GenerationPartition("study-g1", new TopicPartition("todo", 4));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicLong nanos = new AtomicLong();
    private final RefusedWrites refusedWrites = new RefusedWrites(registry, nanos::get);

    @Test
    void theGaugeNamesTheDocumentTheCodeAndTheTimeSinceTheFirstRefusal() {
        refusedWrites.record(PARTITION, refusal("all:*", 371));
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        refusedWrites.record(PARTITION, refusal("2026:*", 82));
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());

        assertThat(registry.find(GAUGE).gauges()).hasSize(1);
        Gauge gauge = registry.get(GAUGE)
                .tags("generation", "study-g1", "partition", "todo-3", "document", "2026:*", "code", "82")
                .gauge();
        assertThat(gauge.value()).isEqualTo(7);
        assertThat(refusedWrites.describe())
                .containsExactly("todo-3 of study-g1 has waited 7 s, because MongoDB refuses a write of"
                        + " study_totals_g1/2026:* with code 82.");
    }

    @Test
    void aPartitionThatContinuesHasNoGauge() {
        refusedWrites.record(PARTITION, refusal("all:*", 371));

        refusedWrites.clear(PARTITION);

        assertThat(registry.find(GAUGE).gauges()).isEmpty();
        assertThat(refusedWrites.describe()).isEmpty();
    }

    @Test
    void aRefusalOfTheNamedCollectionStays() {
        refusedWrites.record(PARTITION, refusal("all:*", 371));

        refusedWrites.clearUnlessOf("study_totals_g1", PARTITION);
        assertThat(refusedWrites.describe()).hasSize(1);

        refusedWrites.clearUnlessOf("study_journal_g1", PARTITION);
        assertThat(refusedWrites.describe()).isEmpty();
    }

    @Test
    void aRefusedCommandStaysUntilItsPartitionContinues() {
        refusedWrites.recordCommand(PARTITION, refusedCommand());

        refusedWrites.clearUnlessOf("study_journal_g1", PARTITION);
        assertThat(refusedWrites.describe())
                .containsExactly("todo-3 of study-g1 has waited 0 s: MongoDB refuses the command find of todos_g1 now,"
                        + " with code 133.");

        refusedWrites.clear(PARTITION);
        assertThat(refusedWrites.describe()).isEmpty();
    }

    @Test
    void aGaugeShowsTheTimeSinceTheFirstRefusedCommand() {
        refusedWrites.recordCommand(PARTITION, refusedCommand());
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        refusedWrites.recordCommand(PARTITION, refusedCommand());
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());

        Gauge gauge = registry.get(COMMAND_GAUGE).tag("partition", "todo-3").gauge();
        assertThat(gauge.value()).isEqualTo(7);

        refusedWrites.clearCommand(PARTITION);
        assertThat(registry.find(COMMAND_GAUGE).gauges()).isEmpty();
    }

    @Test
    void aRefusedCommandStopsAllWorkUntilABatchIsApplied() {
        assertThat(refusedWrites.stopsAllWork()).isFalse();
        refusedWrites.recordCommand(PARTITION, refusedCommand());
        assertThat(refusedWrites.stopsAllWork()).isTrue();

        refusedWrites.recordApplied();
        refusedWrites.recordCommand(PARTITION, refusedCommand());
        assertThat(refusedWrites.stopsAllWork()).isFalse();

        refusedWrites.clear(PARTITION);
        refusedWrites.recordCommand(PARTITION, refusedCommand());
        assertThat(refusedWrites.stopsAllWork()).isTrue();

        refusedWrites.clear(PARTITION);
        assertThat(refusedWrites.stopsAllWork()).isFalse();
    }

    @Test
    void aRefusedCommandOfAnotherPartitionStopsAllWorkAgain() {
        refusedWrites.recordCommand(PARTITION, refusedCommand());
        refusedWrites.recordApplied();
        assertThat(refusedWrites.stopsAllWork()).isFalse();

        refusedWrites.recordCommand(OTHER_PARTITION, refusedCommand());
        assertThat(refusedWrites.stopsAllWork()).isTrue();
    }

    private static FencedSessionLostException refusedCommand() {
        return new FencedSessionLostException(
                FencedSessionLostException.Cause.REFUSED_COMMAND,
                "MongoDB refuses the command find of todos_g1 now, with code 133.",
                new IllegalStateException());
    }

    private static TemporaryRefusalException refusal(String document, int code) {
        return new TemporaryRefusalException("study_totals_g1", document, new WriteRefusal(0, code, "not now"));
    }
}
