package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.outbox.OutboxWriter;
import java.time.Duration;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Submits marks and failures in batches. One batch is in progress. If a further full batch is ready, it is queued
 * behind the first one, so that the writer does not wait for the next round of the publishing thread.
 *
 * <p>A batch that fails is split until only the rows that cause the failure remain, and each of these is retried alone.
 * Retries and new batches take turns, so that rows that fail do not stop the others.
 */
final class Marker {

    private static final Logger log = LoggerFactory.getLogger(Marker.class);

    /**
     * With the default size of a batch, one faulty row makes at most this number of consecutive writes fail, because
     * each of these batches is half as large as the previous one. If more writes fail, the reason is another one, and
     * the publisher backs off.
     */
    private static final int MAX_SPLITS = 14;
    /** The settings of Kafka's waits do not apply to writes to the database. */
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);

    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(5);
    /** New batches wait while failed writes hold this part of the rows that memory can hold: a quarter. */
    private static final int MEMORY_PART = 4;

    private final int maxFailedRows;
    private final OutboxWriter writer;
    private final IntPredicate isServed;
    private final PublishListener listener;
    private final Backoff backoff;
    private final FailedWrites failedWrites;
    private final DispatchFinisher dispatches;
    private final WaitingWrites waiting;
    /** This is the number of submitted batches that have no result yet, at most two. */
    private int batchesInProgress;
    /** This is the one batch in progress if it is a retry, or null. */
    private FailedWrites.@Nullable Retry retry;

    private boolean lastWasRetry;
    private boolean lastRetryWasSetAside;
    private int failuresInARow;
    private long backoffUntilNanos;
    private @Nullable Long lastSubmitNanos;

    /**
     * @param isServed returns whether this instance serves a shard, which is false once the shard drains
     */
    Marker(
            PublishSettings settings,
            OutboxWriter writer,
            Ordering ordering,
            IntPredicate isServed,
            PublishListener listener) {
        this.waiting = new WaitingWrites(settings.polling());
        this.maxFailedRows =
                Math.max(settings.polling().page(), settings.memory().rows() / MEMORY_PART);
        this.writer = writer;
        this.isServed = isServed;
        this.listener = listener;
        this.backoff =
                new Backoff(FIRST_BACKOFF, LONGEST_BACKOFF, settings.backoff().random());
        this.failedWrites = new FailedWrites(backoff);
        this.dispatches = new DispatchFinisher(ordering, isServed, listener);
    }

    void addMark(OutboxWriter.Mark mark, long nowNanos) {
        listener.countPublished(mark.row(), mark.row().ageNanos(nowNanos));
        waiting.add(mark);
    }

    void addFailure(OutboxWriter.Failure failure) {
        waiting.add(failure);
    }

    /**
     * Submits the next batch if one is due.
     *
     * @param urgent whether a draining shard waits for the marks
     * @return whether a batch was submitted or a row received its dispatch outcome
     */
    boolean submit(long nowNanos, boolean urgent, OutboxWriter.ResultSink sink) {
        boolean finished = finishUnserved(nowNanos);
        OutboxWriter.Batch batch = nextBatch(nowNanos, urgent);
        if (batch == null) {
            return finished;
        }
        batchesInProgress++;
        lastSubmitNanos = nowNanos;
        writer.submit(batch, sink);
        return true;
    }

    /** Finishes the dispatch of the rows that were set aside in shards that this instance no longer serves. */
    private boolean finishUnserved(long nowNanos) {
        if (failedWrites.setAsideCount() == 0) {
            return false;
        }
        List<FailedWrites.SetAsideRow> unserved = failedWrites.removeSetAside(isServed.negate());
        unserved.forEach(row -> dispatches.finishUnserved(row, nowNanos));
        return !unserved.isEmpty();
    }

    private OutboxWriter.@Nullable Batch nextBatch(long nowNanos, boolean urgent) {
        if (retry != null || isBackingOff(nowNanos)) {
            return null;
        }
        boolean newBatchDue = isNewBatchDue(nowNanos, urgent);
        if (failedWrites.isDue(nowNanos) && !(lastWasRetry && newBatchDue)) {
            return batchesInProgress == 0 ? nextRetry(nowNanos) : null;
        }
        if (!newBatchDue) {
            return null;
        }
        lastWasRetry = false;
        return waiting.removeBatch();
    }

    /** Returns whether no batch may be submitted at this time, because the last one failed. */
    private boolean isBackingOff(long nowNanos) {
        return failuresInARow > 0 && nowNanos - backoffUntilNanos < 0;
    }

    private OutboxWriter.Batch nextRetry(long nowNanos) {
        FailedWrites.Retry next = failedWrites.next(!lastRetryWasSetAside, nowNanos);
        lastRetryWasSetAside = next.row() != null;
        lastWasRetry = true;
        retry = next;
        return next.batch();
    }

    private boolean isNewBatchDue(long nowNanos, boolean urgent) {
        if (!mayFormBatch()) {
            return false;
        }
        return batchesInProgress == 0
                ? waiting.isDue(nowNanos, urgent, lastSubmitNanos)
                : batchesInProgress == 1 && waiting.hasFullBatch();
    }

    private boolean mayFormBatch() {
        return failedWrites.size() < maxFailedRows;
    }

    /**
     * Applies a result on the publishing thread. It runs before the next read, so that this read finds the marked rows
     * processed.
     */
    void applyResult(OutboxWriter.Batch batch, OutboxWriter.Result result, long nowNanos) {
        batchesInProgress--;
        FailedWrites.Retry retried = retry;
        retry = null;
        FailedWrites.Retry attempt = retried == null ? new FailedWrites.Retry(batch, null) : retried;
        switch (result) {
            case OutboxWriter.Result.Unreachable failure -> {
                if (failuresInARow == 0) {
                    log.atWarn()
                            .addKeyValue("rows", batch.size())
                            .setCause(failure.cause())
                            .log("A batch of marks and failures did not reach the database; the publisher retries it"
                                    + " after a backoff");
                }
                backoffUntilNanos = nowNanos + backoff.nanos(failuresInARow++);
                failedWrites.addUnchanged(attempt, nowNanos);
            }
            case OutboxWriter.Result.Failed failure -> applyFailure(attempt, failure, nowNanos);
            case OutboxWriter.Result.Written written -> {
                failuresInARow = 0;
                waiting.recordWrite(batch, written.durationNanos());
                if (attempt.row() != null) {
                    attempt.row()
                            .addIds(log.atInfo())
                            .log("The database accepted the state of a row that was set aside before");
                }
                // A retried batch finds the marks of its own first write, so they are not counted as repeats.
                if (retried == null && written.repeats() > 0) {
                    listener.countRepeated(written.repeats());
                }
                dispatches.finishWritten(batch, written, nowNanos);
            }
        }
    }

    private void applyFailure(FailedWrites.Retry attempt, OutboxWriter.Result.Failed failure, long nowNanos) {
        if (failure.reason() == OutboxWriter.Reason.TIMED_OUT) {
            waiting.recordTimeout(attempt.batch());
        }
        if (attempt.row() == null) {
            log.atLevel(failuresInARow == 0 ? Level.WARN : Level.DEBUG)
                    .addKeyValue("rows", attempt.batch().size())
                    .addKeyValue("reason", failure.reason())
                    .setCause(failure.cause())
                    .log("The database did not accept a batch of marks and failures; the publisher splits it until only"
                            + " the row that causes the failure remains");
            long waitNanos = failuresInARow < MAX_SPLITS ? 0 : backoff.nanos(failuresInARow - MAX_SPLITS);
            backoffUntilNanos = nowNanos + waitNanos;
            failuresInARow++;
        }
        FailedWrites.SetAsideRow row = failedWrites.addFailed(attempt, failure.reason(), nowNanos);
        if (row != null) {
            row.addIds(log.atWarn())
                    .setCause(failure.cause())
                    .log("The database did not accept the state of a row; the publisher sets the row aside and retries"
                            + " it alone");
        }
    }

    /** Returns the rows whose state the database does not accept, including the one that is retried now. */
    PublishLoop.UnmarkedRows unmarkedRows() {
        FailedWrites.SetAsideRow retried = retry == null ? null : retry.row();
        return retried == null
                ? new PublishLoop.UnmarkedRows(failedWrites.setAsideCount(), failedWrites.setAsideReason())
                : new PublishLoop.UnmarkedRows(failedWrites.setAsideCount() + 1, retried.reason());
    }

    /**
     * Returns the monotonic time in nanoseconds at which a failed batch is retried or waiting marks are written, or
     * null if no batch waits.
     */
    @Nullable
    Long nextNanos(long nowNanos) {
        if (batchesInProgress > 0) {
            return null;
        }
        Long next = failedWrites.nextNanos(nowNanos);
        Long due = mayFormBatch() ? waiting.nextNanos(nowNanos, lastSubmitNanos) : null;
        if (due != null) {
            next = next == null || due - next < 0 ? due : next;
        }
        return next == null || !isBackingOff(next) ? next : Long.valueOf(backoffUntilNanos);
    }
}
