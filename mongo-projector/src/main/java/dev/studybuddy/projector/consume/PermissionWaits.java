package dev.studybuddy.projector.consume;

import dev.studybuddy.background.MonotonicClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import org.springframework.stereotype.Component;

/** Holds the partitions that wait because Kafka does not permit the projector to read their topic. */
@Component
public final class PermissionWaits {

    /** The reason of a wait is the name of the topic. */
    private final PartitionWaits<String> waits;

    PermissionWaits(MeterRegistry registry, MonotonicClock clock) {
        MultiGauge gauge = MultiGauge.builder("projector_permission_wait_seconds")
                .description(
                        "This gauge is the time for which a partition has waited because Kafka does not permit the projector to read its topic.")
                .register(registry);
        this.waits = new PartitionWaits<>(gauge, any -> Tags.empty(), clock);
    }

    /** Records that a partition waits. The time counts from the first call in a row. */
    void record(GenerationPartition partition) {
        waits.record(partition, partition.partition().topic(), any -> true);
    }

    /** Records that a partition no longer waits, or that this instance no longer has it. */
    void clear(GenerationPartition partition) {
        waits.clear(partition);
    }

    /** Returns a sentence for each partition that waits. */
    public List<String> describe() {
        return waits.describe(
                topic -> ", because Kafka does not permit the projector to read the topic " + topic + '.');
    }
}
