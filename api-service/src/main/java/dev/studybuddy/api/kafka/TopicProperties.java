package dev.studybuddy.api.kafka;

import dev.studybuddy.contract.AggregateType;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Holds the prefixes of the names of topics and consumer groups, and the number of partitions of a topic, under {@code
 * studybuddy}.
 *
 * @param topicPrefix The name of each topic starts with this prefix, as in {@code studybuddy.todo.v1}. All services
 *     must use the same value.
 * @param groupPrefix The name of each consumer group of the projector starts with this prefix, as in {@code
 *     mongo-projector-study-g1}. All services must use the same value.
 * @param topicPartitions Each topic has this number of partitions. All services must use the same value.
 */
@Validated
@ConfigurationProperties("studybuddy")
public record TopicProperties(
        @DefaultValue("studybuddy.") @NotBlank String topicPrefix,
        @DefaultValue("mongo-projector-") @NotBlank String groupPrefix,
        @DefaultValue("12") @Min(1) @Max(1000) int topicPartitions) {

    /** Returns the name of the topic of an aggregate type. */
    public String topic(AggregateType type) {
        return type.topic(topicPrefix);
    }

    /** Returns all partitions of the given types' topics. */
    public List<TopicPartition> partitions(Set<AggregateType> types) {
        return types.stream()
                .map(this::topic)
                .flatMap(topic ->
                        IntStream.range(0, topicPartitions).mapToObj(partition -> new TopicPartition(topic, partition)))
                .toList();
    }
}
