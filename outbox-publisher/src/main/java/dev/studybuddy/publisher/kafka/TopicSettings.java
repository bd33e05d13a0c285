package dev.studybuddy.publisher.kafka;

import org.apache.kafka.common.utils.Utils;

/**
 * Topic settings determine the topic and the partition of an event, and how the publisher creates absent topics.
 *
 * @param template the template of a topic's name, with {@code {type}} for the aggregate type
 * @param partitions the number of partitions of every topic; a topic with another number is blocked
 * @param create whether the publisher creates absent topics
 * @param replicationFactor the replication factor of the topics that the publisher creates; −1 selects the broker's
 *     default
 */
public record TopicSettings(String template, int partitions, boolean create, short replicationFactor) {

    String topic(String aggregateType) {
        return template.replace("{type}", aggregateType);
    }

    static String deadLetterTopic(String topic) {
        return topic + ".dlt";
    }

    /**
     * Returns the partition of a key. The number of partitions comes from the configuration and never from the broker's
     * metadata, so that the records of one key always stay on one partition.
     */
    int partition(byte[] key) {
        return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }
}
