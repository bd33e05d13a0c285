package dev.studybuddy.api.mongo;

/**
 * A partition progress states the offsets up to which one generation has decided and applied the batches of a
 * partition.
 *
 * @param hi the offset up to which batches are decided, exclusive
 * @param done the offset up to which batches are applied, exclusive; at most {@code hi}
 */
public record PartitionProgress(long hi, long done) {}
