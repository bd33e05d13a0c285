package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.outbox.OutboxWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Holds the marks and the failures that no batch contains yet, and forms batches of them. A small group of marks waits
 * for more marks, because no reader needs them at once. The size of a batch follows the duration of the last write.
 */
final class WaitingWrites {

    /** Marks are due at once if they fill this part of a batch: a quarter. */
    private static final int BATCH_PART = 4;
    /** Fewer marks than this number are not worth a statement after each spacing. */
    private static final int SMALL_GROUP = 16;
    /** A small group of marks waits for this many spacings. */
    private static final int SMALL_GROUP_SPACINGS = 5;
    /** One statement writes all failures of a kind in a batch, and this bound limits its size. */
    private static final int MAX_FAILURES = 512;

    private final long spacingNanos;
    private final BatchSize batchSize;
    private final Queue<OutboxWriter.Mark> marks = new ArrayDeque<>();
    private final Queue<OutboxWriter.Failure> failures = new ArrayDeque<>();

    WaitingWrites(PublishSettings.Polling polling) {
        this.spacingNanos = polling.markSpacing().toNanos();
        this.batchSize = new BatchSize(polling.page());
    }

    void add(OutboxWriter.Mark mark) {
        marks.add(mark);
    }

    void add(OutboxWriter.Failure failure) {
        failures.add(failure);
    }

    /** Returns whether the marks fill a batch. */
    boolean hasFullBatch() {
        return marks.size() >= batchSize.rows();
    }

    /**
     * Returns whether a batch is due.
     *
     * @param urgent whether waiting marks are due at once
     * @param lastSubmitNanos the time at which the last batch was submitted, or null if there was none
     */
    boolean isDue(long nowNanos, boolean urgent, @Nullable Long lastSubmitNanos) {
        return !failures.isEmpty()
                || marks.size() * BATCH_PART >= batchSize.rows()
                || (!marks.isEmpty()
                        && (urgent || lastSubmitNanos == null || nowNanos - lastSubmitNanos >= markSpacingNanos()));
    }

    /**
     * Returns the monotonic time in nanoseconds at which a batch is due, or null if nothing waits.
     *
     * @param lastSubmitNanos the time at which the last batch was submitted, or null if there was none
     */
    @Nullable
    Long nextNanos(long nowNanos, @Nullable Long lastSubmitNanos) {
        if (!failures.isEmpty()) {
            return nowNanos;
        }
        if (marks.isEmpty()) {
            return null;
        }
        return lastSubmitNanos == null ? nowNanos : lastSubmitNanos + markSpacingNanos();
    }

    private long markSpacingNanos() {
        return marks.size() < SMALL_GROUP ? SMALL_GROUP_SPACINGS * spacingNanos : spacingNanos;
    }

    /** Removes and returns the marks and failures of the next batch. */
    OutboxWriter.Batch removeBatch() {
        int rows = Math.min(batchSize.rows(), marks.size());
        List<OutboxWriter.Mark> nextMarks = new ArrayList<>(rows);
        while (nextMarks.size() < rows) {
            nextMarks.add(marks.remove());
        }
        List<OutboxWriter.Failure> nextFailures = new ArrayList<>();
        while (nextFailures.size() < MAX_FAILURES && !failures.isEmpty()) {
            nextFailures.add(failures.remove());
        }
        return new OutboxWriter.Batch(nextMarks, nextFailures);
    }

    /** Adapts the size of the next batches to a batch that was written. */
    void recordWrite(OutboxWriter.Batch batch, long durationNanos) {
        if (batch.failures().isEmpty()) {
            batchSize.recordWrite(batch.marks().size(), durationNanos);
        }
    }

    /** Adapts the size of the next batches to a batch of several rows that the server could not write in time. */
    void recordTimeout(OutboxWriter.Batch batch) {
        if (batch.size() > 1) {
            batchSize.recordTimeout(batch.size());
        }
    }
}
