package dev.studybuddy.projector.consume;

import dev.studybuddy.projector.ProjectorProperties.BatchLimits;

/**
 * Bounds the decoded records that the tasks of one consumer retain for their retries while no queue holds the records.
 * Several threads may use an instance.
 */
final class RetainedRecordMemory {

    private final BatchLimits limits;
    private int records;
    private long bytes;

    /**
     * Creates an instance whose memory is unused.
     *
     * @param limits the bounds of the retained records of all tasks together
     */
    RetainedRecordMemory(BatchLimits limits) {
        this.limits = limits;
    }

    /** Reserves the memory of one record. Returns false, and reserves nothing, if the other records leave no room. */
    synchronized boolean tryReserve(long recordBytes) {
        if (records == limits.records() || bytes + recordBytes > limits.bytes()) {
            return false;
        }
        records++;
        bytes += recordBytes;
        return true;
    }

    /** Releases the memory of one record. */
    synchronized void release(long recordBytes) {
        records--;
        bytes -= recordBytes;
    }
}
