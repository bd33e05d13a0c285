package dev.studybuddy.projector.journal;

import java.util.Map;
import java.util.function.Supplier;

/** Builds the plan of one batch record by record. */
interface PlanBuilder {

    /**
     * Adds the next record of the partition.
     *
     * @param mirrors the mirrors by id; the mirror of the record's aggregate must be in it unless the batch holds an
     *     earlier event of the aggregate. A mirror that cannot be read throws an exception of any type.
     * @return false if the plan would become too large; then the batch ends before this record. A first record is
     *     always added.
     */
    boolean add(DecodedRecord record, Map<String, Supplier<MirrorState>> mirrors);

    /** Returns the plan of the records that were added. */
    Plan build();
}
