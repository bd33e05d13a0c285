package dev.studybuddy.projector.journal;

import java.util.Map;
import java.util.function.Supplier;

/** Builds the plan of one batch record by record. */
interface PlanBuilder {

    /** Returns whether the next record of an aggregate needs its mirror, because no event of it is in the plan yet. */
    boolean needsMirror(String id);

    /**
     * Adds the next record of the partition.
     *
     * @param mirrors the readers of the mirrors by id. If {@link #needsMirror} is true for the record's aggregate, the
     *     map must contain the reader of its mirror. The reader of an unreadable mirror throws an exception of any type
     * @return false if the plan would become too large; then the batch ends before this record. A first record is
     *     always added
     */
    boolean add(DecodedRecord record, Map<String, Supplier<MirrorState>> mirrors);

    /** Bounds the size of the plan in bytes, unless its first record needs more. The planner may have a lower bound. */
    void limit(long maxBytes);

    /** Returns an upper bound of the present size of the plan in bytes. */
    long sizeBytes();

    /** Returns the plan of the records that were added. */
    Plan build();
}
