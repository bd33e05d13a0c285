package dev.studybuddy.projector.consume;

import dev.studybuddy.background.MonotonicClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Holds the partitions whose consumer has no valid position, because it finds no leader of the journal's leader epoch
 * or of a later one. This state lasts until such a leader is elected. If the log was restored to an earlier state, its
 * epochs lie below those of the journals, so it lasts until elections have raised them, and the generation may then
 * lack records.
 */
@Component
public final class LeaderWaits {

    private final PartitionWaits<MissingLeader> waits;

    LeaderWaits(MeterRegistry registry, MonotonicClock clock) {
        MultiGauge gauge = MultiGauge.builder("projector_position_wait_seconds")
                .description(
                        "This gauge is the time for which a partition has waited for a leader of its journal's leader epoch.")
                .register(registry);
        this.waits = new PartitionWaits<>(gauge, any -> Tags.empty(), clock);
    }

    private record MissingLeader(@Nullable Integer epoch) {}

    /**
     * Records that a partition waits. The time counts from the first call in a row.
     *
     * @param leaderEpoch the leader epoch in the partition's journal; null if it is unknown
     */
    void record(GenerationPartition partition, @Nullable Integer leaderEpoch) {
        waits.record(partition, new MissingLeader(leaderEpoch), any -> true);
    }

    /** Records that a partition no longer waits, or that this instance no longer has it. */
    void clear(GenerationPartition partition) {
        waits.clear(partition);
    }

    /** Returns a sentence for each partition that waits. */
    public List<String> describe() {
        return waits.describe(leader -> " for a leader"
                + (leader.epoch() == null ? "" : " of epoch " + leader.epoch() + " or later")
                + ". If the log was restored to an earlier state, rebuild the read model.");
    }
}
