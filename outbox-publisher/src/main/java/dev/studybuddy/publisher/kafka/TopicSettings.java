package dev.studybuddy.publisher.kafka;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Holds the settings of the topics. They determine the topic and the partition of an event, and how the publisher
 * creates absent topics.
 *
 * @param template The name of a topic follows this template, with {@code {type}} for the aggregate type. If {@code
 *     studybuddy.topic-prefix} is set, the default begins with its value in place of {@code studybuddy.}.
 * @param types The publisher checks the topics of these aggregate types from its start. It checks the topic of another
 *     type when it reads the first event of that type.
 * @param partitions Every topic must have this number of partitions. The publisher blocks a topic with another number.
 *     Never change it for a topic that has records, because it determines the partition of each key. If {@code
 *     studybuddy.topic-partitions} is set, its value is the default.
 * @param create The publisher creates the absent topics of the types in {@code publisher.topics.types} if this is true.
 *     Otherwise it reports an absent topic, and the events of its type wait until the topic exists.
 * @param createUnlisted If this and {@code publisher.topics.create} are true, the publisher also creates the topics of
 *     types that {@code publisher.topics.types} does not list. Every program that writes to the outbox can then cause
 *     new topics.
 * @param replicationFactor The publisher creates topics with this replication factor; −1 selects the broker's default.
 *     A larger factor survives the loss of more brokers. The publisher blocks a topic that the cluster cannot create
 *     with this factor, and reports an existing topic with fewer replicas.
 * @param minInsyncReplicas The publisher creates topics with this {@code min.insync.replicas}: an event is acknowledged
 *     when this number of replicas have it. A larger number survives the loss of more brokers and stops a topic at the
 *     loss of fewer. It must be at most the replication factor. The publisher reports an existing topic with a smaller
 *     number.
 * @param deadLetterRetention The publisher creates dead-letter topics with this {@code retention.ms}. Kafka deletes the
 *     copy of a dead letter after this time, or up to the topic's {@code segment.ms} (7 days by default) later while
 *     further copies arrive. The retention must be at most 36 500 days. A longer retention keeps personal data in the
 *     copies for longer. The publisher does not change an existing dead-letter topic.
 */
public record TopicSettings(
        @Pattern(regexp = ".*\\{type}.*") String template,
        @NotNull List<String> types,
        @Min(1) int partitions,
        boolean create,
        boolean createUnlisted,
        @Min(-1) short replicationFactor,
        @Min(1) int minInsyncReplicas,
        @NotNull Duration deadLetterRetention) {

    /** A topic with this retention keeps its records without a limit. */
    static final String INFINITE = "-1";

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
        return newTopic(name, INFINITE);
    }

    NewTopic newDeadLetterTopic(String name) {
        return newTopic(name, Long.toString(deadLetterRetention.toMillis()));
    }

    private NewTopic newTopic(String name, String retentionMillis) {
        return new NewTopic(name, partitions, replicationFactor)
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        retentionMillis,
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
