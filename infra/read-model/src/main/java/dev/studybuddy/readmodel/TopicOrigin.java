package dev.studybuddy.readmodel;

/**
 * The topic that a generation was built from.
 *
 * @param id the broker's topic id, base64; another one under the same name is another topic
 * @param partitions its count, fixed for the generation's life
 */
public record TopicOrigin(String id, int partitions) {}
