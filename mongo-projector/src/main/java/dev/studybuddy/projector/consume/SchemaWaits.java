package dev.studybuddy.projector.consume;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.readmodel.SchemaWait;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;

/** Holds the partitions that wait because their next record has a schema that only a newer projector reads. */
@Component
public final class SchemaWaits {

    private final PartitionWaits<NewerRecord> waits;

    SchemaWaits(MeterRegistry registry, MonotonicClock clock) {
        MultiGauge gauge = MultiGauge.builder("projector_newer_schema_seconds")
                .description(
                        "This gauge is the time for which a partition has waited for a projector that reads a newer schema.")
                .register(registry);
        this.waits = new PartitionWaits<>(gauge, record -> Tags.of("schema", String.valueOf(record.schema())), clock);
    }

    private record NewerRecord(long offset, long schema) {}

    /** Records that a partition waits at a record. The time counts from the first call for the record. */
    void record(GenerationPartition partition, long offset, long schema) {
        waits.record(partition, new NewerRecord(offset, schema), before -> before.offset() == offset);
    }

    /** Records that a partition no longer waits, or that this instance no longer has it. */
    void clear(GenerationPartition partition) {
        waits.clear(partition);
    }

    /** Returns a sentence for each partition that waits. */
    public List<String> describe() {
        return waits.describe(record -> ", because the record at offset " + record.offset() + " has schema "
                + record.schema() + ", which only a newer projector reads.");
    }

    /**
     * Returns the partitions that wait.
     *
     * @param now the present time, from which the start of each wait is computed
     */
    public List<SchemaWait> list(Instant now) {
        return waits.list().stream()
                .map(wait -> new SchemaWait(
                        wait.partition().generation(),
                        wait.partition().partition().topic(),
                        wait.partition().partition().partition(),
                        wait.reason().offset(),
                        wait.reason().schema(),
                        now.minus(wait.duration())))
                .toList();
    }
}
