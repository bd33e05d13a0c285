package dev.studybuddy.api.mongo;

import org.jspecify.annotations.Nullable;

/**
 * A partition progress states the offsets up to which one generation has decided and applied the batches of a
 * partition. A journal that was changed by hand may lack an offset.
 *
 * @param hi the offset up to which batches are decided, exclusive; null if the journal holds no such number
 * @param done the offset up to which batches are applied, exclusive, at most {@code hi}; null if the journal holds no
 *     such number
 */
public record PartitionProgress(@Nullable Long hi, @Nullable Long done) {

    /** Returns whether all decided batches are applied. The result is false if the journal lacks an offset. */
    public boolean isApplied() {
        return hi != null && done != null && done >= hi;
    }
}
