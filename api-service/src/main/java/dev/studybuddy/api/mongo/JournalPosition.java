package dev.studybuddy.api.mongo;

/**
 * A journal position states how far a generation has progressed in one partition.
 *
 * @param hi the offset up to which batches are decided, exclusive
 * @param done the offset up to which batches are applied, exclusive; at most {@code hi}
 */
public record JournalPosition(long hi, long done) {}
