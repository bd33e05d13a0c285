package dev.studybuddy.projector.consume;

import dev.studybuddy.projector.journal.PartitionBatch;
import dev.studybuddy.projector.trace.BatchSpans;

/**
 * Holds a batch that a partition task has begun, with the open spans of its records.
 *
 * @param startedNanos the monotonic time at which the batch began
 */
record TaskBatch(PartitionTask task, BatchSpans spans, PartitionBatch batch, long startedNanos)
        implements AutoCloseable {

    @Override
    public void close() {
        batch.close();
        task.recordEnd(batch);
        spans.close();
    }
}
