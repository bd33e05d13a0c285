package dev.studybuddy.api.lag;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How far the consumer group of one generation is behind.
 *
 * @param covered whether members have every partition between them
 */
public record GroupLag(String group, String model, int generation, boolean covered, List<Partition> partitions) {

    public GroupLag {
        partitions = List.copyOf(partitions);
    }

    /**
     * One partition.
     *
     * @param committed null where the group has none
     * @param lag null where {@code committed} is
     * @param waiting when the oldest event was written that is not committed; null where there is none, or unknown
     */
    public record Partition(
            String topic,
            int partition,
            @Nullable Long committed,
            long end,
            @Nullable Long lag,
            @Nullable Instant waiting) {}

    /** All that is not committed; empty where one partition is unknown. */
    public Optional<Long> records() {
        long sum = 0;
        for (Partition one : partitions) {
            if (one.lag() == null) {
                return Optional.empty();
            }
            sum += one.lag();
        }
        return Optional.of(sum);
    }

    /** When the oldest event was written that is not committed. */
    public Optional<Instant> waiting() {
        return partitions.stream()
                .flatMap(one -> Stream.ofNullable(one.waiting()))
                .min(Comparator.naturalOrder());
    }
}
