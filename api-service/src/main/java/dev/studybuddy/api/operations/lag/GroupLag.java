package dev.studybuddy.api.operations.lag;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * This record holds the consumer lag of one generation, partition by partition.
 *
 * @param group the id of the generation's consumer group
 * @param model the name of the read model
 * @param generation the number of the generation
 * @param unassigned the number of partitions that are assigned to no member of the group
 * @param partitions the lag of each partition
 */
public record GroupLag(String group, String model, int generation, int unassigned, List<Partition> partitions) {

    public GroupLag {
        partitions = List.copyOf(partitions);
    }

    /**
     * This record holds the consumer lag of one partition.
     *
     * @param committed the offset that the group has committed; null if it has committed none
     * @param end the offset that the partition's next record receives
     * @param lag the number of records that the group has not committed; null if {@code committed} is null, if it is
     *     above {@code end}, because the topic was created again, or if the generation is broken
     * @param oldestWrittenAt the time at which the oldest event beyond the committed offset was written; null if there
     *     is no such event, if its time could not be read, or if the generation is broken
     */
    public record Partition(
            String topic,
            int partition,
            @Nullable Long committed,
            long end,
            @Nullable Long lag,
            @Nullable Instant oldestWrittenAt) {}

    /** Returns whether every partition is assigned to a member of the group. */
    public boolean isCovered() {
        return unassigned == 0;
    }

    /** Returns the number of records that the group has not committed; empty if the lag of any partition is unknown. */
    public Optional<Long> records() {
        long sum = 0;
        for (Partition partition : partitions) {
            if (partition.lag() == null) {
                return Optional.empty();
            }
            sum += partition.lag();
        }
        return Optional.of(sum);
    }

    /**
     * Returns the time at which the oldest event beyond the committed offsets was written; empty if no partition has
     * such a time.
     */
    public Optional<Instant> oldestUnconsumedAt() {
        return partitions.stream()
                .flatMap(partition -> Stream.ofNullable(partition.oldestWrittenAt()))
                .min(Comparator.naturalOrder());
    }
}
