package dev.studybuddy.projector.consume;

import org.apache.kafka.common.TopicPartition;

/**
 * Identifies a partition of one generation.
 *
 * @param generation the name of the generation, such as {@code study-g1}
 */
record GenerationPartition(String generation, TopicPartition partition) {}
