package dev.studybuddy.projector.consume;

import dev.studybuddy.background.MonotonicClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Holds the partitions whose consumer has no valid position, because it finds no leader of the journal's leader epoch
 * or of a later one. This state lasts until such a leader is elected. If the log was restored to an earlier state, its
 * epochs lie below those of the journals, so it lasts until elections have raised them, and the generation may then
 * lack records.
 */
@Component
public final class PositionWaits {

    private final MultiGauge gauge;
    private final MonotonicClock clock;
    private final Map<Partition, Wait> waits = new ConcurrentHashMap<>();

    PositionWaits(MeterRegistry registry, MonotonicClock clock) {
        this.gauge = MultiGauge.builder("projector_position_wait_seconds")
                .description("The time for which a partition has waited for a leader of its journal's leader epoch")
                .register(registry);
        this.clock = clock;
    }

    /** A partition of one generation, such as {@code study-g1}. */
    record Partition(String generation, TopicPartition partition) {}

    private record Wait(@Nullable Integer leaderEpoch, long sinceNanos) {}

    /**
     * Records that a partition waits. The time counts from the first call in a row.
     *
     * @param leaderEpoch the leader epoch in the partition's journal; null if it is unknown
     */
    void record(Partition partition, @Nullable Integer leaderEpoch) {
        waits.compute(
                partition,
                (any, before) -> new Wait(leaderEpoch, before == null ? clock.nanos() : before.sinceNanos()));
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
                                + age(entry.getValue()).toSeconds() + " s for a leader"
                                + describe(entry.getValue().leaderEpoch())
                                + ". If the log was restored to an earlier state, rebuild the read model.")
                .sorted()
                .toList();
    }

    private static String describe(@Nullable Integer leaderEpoch) {
        return leaderEpoch == null ? "" : " of epoch " + leaderEpoch + " or later";
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
                                        entry.getKey().partition().toString()),
                                entry.getValue(),
                                wait -> age(wait).toMillis() / 1000.0))
                        .toList(),
                true);
    }
}
