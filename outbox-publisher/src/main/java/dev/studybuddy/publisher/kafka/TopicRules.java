package dev.studybuddy.publisher.kafka;

import org.apache.kafka.common.utils.Utils;

/**
 * Which topic and partition an event goes to.
 *
 * @param template the topic's name, with {@code {type}} for the aggregate type
 * @param partitions how many partitions every topic has; a topic with another count is refused
 * @param create whether absent topics are made
 * @param replicationFactor of the topics that are made; −1 for the broker's default
 */
public record TopicRules(String template, int partitions, boolean create, short replicationFactor) {

    String topic(String aggregateType) {
        return template.replace("{type}", aggregateType);
    }

    static String deadLetterTopic(String topic) {
        return topic + ".dlt";
    }

    /** From configuration, never from metadata: one key's records stay on one partition for ever. */
    int partition(byte[] key) {
        return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }
}
