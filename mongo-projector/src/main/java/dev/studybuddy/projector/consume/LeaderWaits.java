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
 * or of a later one. Such a partition waits until a leader of such an epoch is elected. If the log was restored to an
 * earlier state, its leader epochs are lower than those of the journals. Then the partition waits until elections have
 * raised the epoch of the log, and the generation may lack records afterwards.
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
