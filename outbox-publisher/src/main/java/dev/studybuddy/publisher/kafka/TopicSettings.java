package dev.studybuddy.publisher.kafka;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Topic settings determine the topic and the partition of an event, and how the publisher creates absent topics.
 *
 * @param template the template of a topic's name, with {@code {type}} for the aggregate type
 * @param types the aggregate types that the operator listed
 * @param partitions the number of partitions of every topic; a topic with another number is blocked
 * @param create whether the publisher creates absent topics
 * @param createUnlisted whether it also creates the topics of types that the operator did not list
 * @param replicationFactor the replication factor of the topics that the publisher creates; −1 selects the broker's
 *     default
 * @param minInsyncReplicas the number of replicas that must hold a record before it is acknowledged
 */
public record TopicSettings(
        String template,
        List<String> types,
        int partitions,
        boolean create,
        boolean createUnlisted,
        short replicationFactor,
        int minInsyncReplicas) {

    public TopicSettings {
        types = List.copyOf(types);
    }

    String topic(String aggregateType) {
        return template.replace("{type}", aggregateType);
    }

    static String deadLetterTopic(String topic) {
        return topic + ".dlt";
    }

    /** Returns the reason why Kafka permits no topic for this aggregate type, or empty if it permits one. */
    public Optional<String> nameDefect(String aggregateType) {
        return Topic.isValid(deadLetterTopic(topic(aggregateType)))
                ? Optional.empty()
                : Optional.of("the aggregate type gives no topic name; Kafka permits at most 249 characters with .dlt,"
                        + " and only letters, digits, dots, underscores and hyphens");
    }

    boolean mayCreate(String aggregateType) {
        return create && (createUnlisted || types.contains(aggregateType));
    }

    NewTopic newTopic(String name) {
        return new NewTopic(name, partitions, replicationFactor)
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        "-1",
                        TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                        Integer.toString(minInsyncReplicas)));
    }

    /** Returns the settings of a new topic, for a message. */
    String describeCreation() {
        return "publisher.topics.partitions = " + partitions + ", publisher.topics.replication-factor = "
                + replicationFactor + ", publisher.topics.min-insync-replicas = " + minInsyncReplicas
                + ", cleanup.policy = delete, retention.ms = -1";
    }

    /**
     * Returns the partition of a key. The number of partitions comes from the configuration and never from the broker's
     * metadata, so that the records of one key always stay on one partition.
     */
    int partition(byte[] key) {
        return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }

    /**
     * Returns the partition of a key on the dead-letter topic. If that topic has another number of partitions, it
     * returns null, and the producer chooses a partition that exists.
     */
    @Nullable
    Integer deadLetterPartition(byte[] key, int topicPartitions) {
        return topicPartitions == partitions ? partition(key) : null;
    }
}
