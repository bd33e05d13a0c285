package dev.studybuddy.api.kafka;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Names;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.springframework.stereotype.Component;

/** Reads the end offsets of the topics in the form in which journals hold offsets, so that both can be compared. */
@Component
public final class TopicEndOffsets {

    private final KafkaInspector kafka;
    private final TopicProperties properties;

    TopicEndOffsets(KafkaInspector kafka, TopicProperties properties) {
        this.kafka = kafka;
        this.properties = properties;
    }

    /**
     * Returns the end offset of each partition of the given types' topics, by journal id.
     *
     * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
     */
    public Map<String, Long> read(Set<AggregateType> types) {
        Map<TopicPartition, Long> found = kafka.readEndOffsets(properties.partitions(types));
        Map<String, Long> ends = new HashMap<>();
        for (AggregateType type : types) {
            for (TopicPartition partition : properties.partitions(Set.of(type))) {
                ends.put(Names.journalId(type.code(), partition.partition()), found.getOrDefault(partition, 0L));
            }
        }
        return ends;
    }
}
