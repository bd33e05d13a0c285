package dev.studybuddy.readmodel;

/**
 * A topic origin identifies the topic from which a generation is built.
 *
 * @param id the broker's topic id in base64; a topic with another id is another topic, even if it has the same name
 * @param partitions the number of partitions, which must not change while the generation exists
 */
public record TopicOrigin(String id, int partitions) {}
