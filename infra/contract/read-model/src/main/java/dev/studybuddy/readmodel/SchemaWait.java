package dev.studybuddy.readmodel;

import java.time.Instant;

/**
 * A schema wait states that a partition of a generation waits, because its next record has a schema that only a newer
 * projector reads.
 *
 * @param generation the read model and the number of the generation, such as {@code study-g1}
 * @param offset the offset of the record
 * @param schema the schema of the record
 * @param since the time since which the partition has waited
 */
public record SchemaWait(String generation, String topic, int partition, long offset, long schema, Instant since) {}
