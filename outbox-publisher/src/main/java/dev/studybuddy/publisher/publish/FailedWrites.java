package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.outbox.OutboxWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Holds the batches whose write failed, until they are written.
 *
 * <pre>
 *   failed batch ──▶ halves ──▶ … ──▶ one row that fails alone ──▶ set aside ──(backoff)──▶ retried alone
 *                      └─▶ written                                    └─(its shard is not served)─▶ removed
 * </pre>
 *
 * <p>A failed batch is split until only the row that causes the failure remains, so that all other rows are written.
 */
final class FailedWrites {

    private final Backoff backoff;
    private final Deque<OutboxWriter.Batch> batches = new ArrayDeque<>();
    private int rowsInBatches;
    private final PriorityQueue<SetAsideRow> setAside =
            new PriorityQueue<>((a, b) -> Long.compare(a.dueNanos - b.dueNanos, 0));

    /**
     * A retry writes a batch again.
     *
     * @param row the row that was set aside and that the batch consists of, or null for another batch
     */
    record Retry(OutboxWriter.Batch batch, @Nullable SetAsideRow row) {}

    /** This row failed alone and waits for its next attempt. */
    static final class SetAsideRow {
        private final OutboxWriter.Batch batch;
        private OutboxWriter.Reason reason;
        private int failures;
        private long dueNanos;

        private SetAsideRow(OutboxWriter.Batch batch, OutboxWriter.Reason reason) {
            this.batch = batch;
            this.reason = reason;
        }

        OutboxWriter.Reason reason() {
            return reason;
        }

        OutboxRow row() {
            return batch.marks().isEmpty()
                    ? batch.failures().getFirst().row()
                    : batch.marks().getFirst().row();
        }

        /** Returns whether the row's event was acknowledged, so only its mark is missing. */
        boolean isAcknowledged() {
            return !batch.marks().isEmpty();
        }

        /** Adds the ids of the row and the reason of its last failure to a log line, and returns the line. */
        LoggingEventBuilder addIds(LoggingEventBuilder line) {
            Aggregate aggregate = row().aggregate();
            return line.addKeyValue("event", row().id())
                    .addKeyValue("aggregate", aggregate.type() + "/" + aggregate.id())
                    .addKeyValue("version", row().version())
                    .addKeyValue("shard", aggregate.shard())
                    .addKeyValue("reason", reason);
        }
    }

    FailedWrites(Backoff backoff) {
        this.backoff = backoff;
    }

    /** Returns the number of rows that are not written, including those that were set aside. */
    int size() {
        return rowsInBatches + setAside.size();
    }

    /** Returns the number of rows that failed alone. */
    int setAsideCount() {
        return setAside.size();
    }

    /** Returns the reason of the row that was set aside and is due next, or null if no row was set aside. */
    OutboxWriter.@Nullable Reason setAsideReason() {
        SetAsideRow next = setAside.peek();
        return next == null ? null : next.reason;
    }

    /** Adds a batch whose write did not reach the database. It is retried as it is. */
    void addUnchanged(Retry retry, long nowNanos) {
        if (retry.row() == null) {
            addFirst(retry.batch());
        } else {
            delay(retry.row(), nowNanos);
        }
    }

    /**
     * Adds a batch that failed. A batch of several rows is split.
     *
     * @return the row if it was set aside now, or null if the batch was split or its row was set aside before
     */
    @Nullable
    SetAsideRow addFailed(Retry retry, OutboxWriter.Reason reason, long nowNanos) {
        if (retry.row() != null) {
            retry.row().reason = reason;
            delay(retry.row(), nowNanos);
            return null;
        }
        if (retry.batch().size() > 1) {
            retry.batch().split().reversed().forEach(this::addFirst);
            return null;
        }
        SetAsideRow row = new SetAsideRow(retry.batch(), reason);
        delay(row, nowNanos);
        return row;
    }

    private void addFirst(OutboxWriter.Batch batch) {
        batches.addFirst(batch);
        rowsInBatches += batch.size();
    }

    private void delay(SetAsideRow row, long nowNanos) {
        row.dueNanos = nowNanos + backoff.nanos(row.failures++);
        setAside.add(row);
    }

    /** Returns whether a retry is due. */
    boolean isDue(long nowNanos) {
        return !batches.isEmpty() || isRowDue(nowNanos);
    }

    private boolean isRowDue(long nowNanos) {
        SetAsideRow next = setAside.peek();
        return next != null && next.dueNanos - nowNanos <= 0;
    }

    /** Removes and returns the retry that is due. Rows that were set aside take turns with other batches. */
    Retry next(boolean preferRow, long nowNanos) {
        boolean rowDue = isRowDue(nowNanos);
        if (rowDue && (preferRow || batches.isEmpty())) {
            SetAsideRow row = setAside.remove();
            return new Retry(row.batch, row);
        }
        OutboxWriter.Batch batch = batches.removeFirst();
        rowsInBatches -= batch.size();
        return new Retry(batch, null);
    }

    /** Removes and returns those rows that were set aside whose shard matches. */
    List<SetAsideRow> removeSetAside(IntPredicate shard) {
        List<SetAsideRow> removed = new ArrayList<>();
        setAside.removeIf(row -> {
            boolean matches = shard.test(row.row().aggregate().shard());
            if (matches) {
                removed.add(row);
            }
            return matches;
        });
        return removed;
    }

    /** Returns the monotonic time in nanoseconds at which a retry is due, or null if there is none. */
    @Nullable
    Long nextNanos(long nowNanos) {
        SetAsideRow next = setAside.peek();
        return !batches.isEmpty() ? Long.valueOf(nowNanos) : next == null ? null : Long.valueOf(next.dueNanos);
    }
}
