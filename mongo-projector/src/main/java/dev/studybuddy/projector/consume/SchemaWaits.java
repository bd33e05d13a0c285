package dev.studybuddy.projector.consume;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.readmodel.SchemaWait;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.springframework.stereotype.Component;

/** Holds the partitions that wait because their next record has a schema that only a newer projector reads. */
@Component
public final class SchemaWaits {

    private final MultiGauge gauge;
    private final MonotonicClock clock;
    private final Map<Partition, Wait> waits = new ConcurrentHashMap<>();

    SchemaWaits(MeterRegistry registry, MonotonicClock clock) {
        this.gauge = MultiGauge.builder("projector_newer_schema_seconds")
                .description("The time for which a partition has waited for a projector that reads a newer schema")
                .register(registry);
        this.clock = clock;
    }

    /** Identifies a partition of one generation, such as {@code study-g1}. */
    record Partition(String generation, TopicPartition partition) {}

    private record Wait(long offset, long schema, long sinceNanos) {}

    /** Records that a partition waits at a record. The time counts from the first call for the record. */
    void record(Partition partition, long offset, long schema) {
        waits.compute(
                partition,
                (any, before) ->
                        before != null && before.offset() == offset ? before : new Wait(offset, schema, clock.nanos()));
        publish();
    }

    /** Records that a partition no longer waits, or that this instance no longer has it. */
    void clear(Partition partition) {
        if (waits.remove(partition) != null) {
            publish();
        }
    }

    /** Returns a sentence for each partition that waits. */
    public List<String> describe() {
        return waits.entrySet().stream()
                .map(entry ->
                        entry.getKey().partition() + " of " + entry.getKey().generation() + " has waited "
                                + age(entry.getValue()).toSeconds() + " s, because the record at offset "
                                + entry.getValue().offset() + " has schema "
                                + entry.getValue().schema() + ", which only a newer projector reads.")
                .sorted()
                .toList();
    }

    /** Returns the partitions that wait at a time. */
    public List<SchemaWait> list(Instant now) {
        return waits.entrySet().stream()
                .map(entry -> new SchemaWait(
                        entry.getKey().generation(),
                        entry.getKey().partition().topic(),
                        entry.getKey().partition().partition(),
                        entry.getValue().offset(),
                        entry.getValue().schema(),
                        now.minus(age(entry.getValue()))))
                .toList();
    }

    private Duration age(Wait wait) {
        return Duration.ofNanos(clock.nanos() - wait.sinceNanos());
    }

    private synchronized void publish() {
        gauge.register(
                waits.entrySet().stream()
                        .map(entry -> Row.of(
                                Tags.of(
                                        "generation",
                                        entry.getKey().generation(),
                                        "partition",
                                        entry.getKey().partition().toString(),
                                        "schema",
                                        String.valueOf(entry.getValue().schema())),
                                entry.getValue(),
                                wait -> age(wait).toMillis() / 1000.0))
                        .toList(),
                true);
    }
}
