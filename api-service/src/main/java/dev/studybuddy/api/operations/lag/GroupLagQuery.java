package dev.studybuddy.api.operations.lag;

import dev.studybuddy.api.kafka.KafkaInspector;
import dev.studybuddy.api.kafka.RecordTimestamps;
import dev.studybuddy.api.kafka.TopicProperties;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationState;
import dev.studybuddy.readmodel.Names;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** Reads the consumer lag of generations from Kafka. */
final class GroupLagQuery {

    private final KafkaInspector kafka;
    private final RecordTimestamps timestamps;
    private final TopicProperties properties;

    GroupLagQuery(KafkaInspector kafka, RecordTimestamps timestamps, TopicProperties properties) {
        this.kafka = kafka;
        this.timestamps = timestamps;
        this.properties = properties;
    }

    /** Reads the committed offsets of a generation's consumer group before the ends of its topics. */
    GroupLag read(GenerationRecord record, int generation) {
        String group = Names.group(properties.groupPrefix(), record.model(), generation);
        List<TopicPartition> partitions = properties.partitions(record.readsOf(generation));
        boolean broken = record.stateOf(generation) == GenerationState.BROKEN;
        Map<TopicPartition, Long> committed = kafka.readCommittedOffsets(group);
        Set<TopicPartition> assigned = kafka.findAssignedPartitions(group);
        Map<TopicPartition, Long> ends = kafka.readEndOffsets(partitions);
        Map<TopicPartition, Long> behind = new HashMap<>();
        committed.forEach((partition, offset) -> {
            if (offset < ends.getOrDefault(partition, 0L)) {
                behind.put(partition, offset);
            }
        });
        // The records that a broken generation did not commit may have been deleted, and its lag is unknown anyway.
        Map<TopicPartition, Instant> writtenAt = broken || behind.isEmpty() ? Map.of() : timestamps.read(behind);
        List<GroupLag.Partition> lags = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            Long offset = committed.get(partition);
            long end = ends.getOrDefault(partition, 0L);
            // The end was read after the committed offset, so only a topic that was created again has a lower one.
            Long lag = offset == null || offset > end || broken ? null : Long.valueOf(end - offset);
            lags.add(new GroupLag.Partition(
                    partition.topic(), partition.partition(), offset, end, lag, writtenAt.get(partition)));
        }
        int unassigned = (int) partitions.stream()
                .filter(partition -> !assigned.contains(partition))
                .count();
        return new GroupLag(group, record.model(), generation, unassigned, lags);
    }
}
