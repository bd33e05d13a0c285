package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.Settlement;
import dev.studybuddy.publisher.outbox.OutboxWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects marks and failures and submits them in batches. One batch is in progress and, if a full one is ready, one is
 * queued behind it, so that the writer never waits for this thread's poll. A small group of marks waits for more,
 * because no reader needs them at once. A failed batch is retried alone.
 */
final class Marker {

    private static final Logger log = LoggerFactory.getLogger(Marker.class);

    /** Marks are submitted at once if they fill this part of a batch: a quarter. */
    private static final int BATCH_PART = 4;
    /** Fewer marks than this number are not worth a statement after each spacing. */
    private static final int SMALL_GROUP = 16;
    /** A small group of marks waits for this many spacings. */
    private static final int SMALL_GROUP_SPACINGS = 5;

    private final int maxMarks;
    private final long spacingNanos;
    private final OutboxWriter writer;
    private final Ordering ordering;
    private final ShardLeases leases;
    private final PublishListener listener;
    private final Backoff backoff;
    private final Queue<OutboxWriter.Mark> marks = new ArrayDeque<>();
    private final Queue<OutboxWriter.Failure> failures = new ArrayDeque<>();
    private final Map<UUID, String> reasons = new HashMap<>();
    /** This is the number of submitted batches that have no result yet, at most two. */
    private int batchesInProgress;
    // This queue holds at most the batches that were in progress together.
    private final Queue<OutboxWriter.Batch> batchesToRetry = new ArrayDeque<>();
    /** This flag is true while the one batch in progress is a retry. */
    private boolean retrying;

    private int failedWrites;
    private long retryAtNanos;
    private long lastSubmitNanos;
    private boolean hasSubmitted;

    Marker(
            PublishSettings settings,
            OutboxWriter writer,
            Ordering ordering,
            ShardLeases leases,
            PublishListener listener) {
        this.maxMarks = settings.polling().page();
        this.spacingNanos = settings.polling().markSpacing().toNanos();
        this.writer = writer;
        this.ordering = ordering;
        this.leases = leases;
        this.listener = listener;
        this.backoff = settings.backoff();
    }

    void addMark(OutboxWriter.Mark mark, long nowNanos) {
        listener.published(mark.row(), mark.row().ageNanos(nowNanos));
        marks.add(mark);
    }

    void addFailure(OutboxWriter.Failure failure, boolean deadLettered) {
        listener.refused(failure.row(), failure.reason(), deadLettered);
        OutboxRow row = failure.row();
        log.atWarn()
                .addKeyValue("event", row.id())
                .addKeyValue(
                        "aggregate",
                        row.aggregate().type() + "/" + row.aggregate().id())
                .addKeyValue("version", row.version())
                .addKeyValue("reason", failure.reason())
                .log(
                        deadLettered
                                ? "The event was dead-lettered; later versions of its aggregate are sent"
                                : "The event was refused; its aggregate waits for the next attempt");
        failures.add(failure);
    }

    void keepReason(OutboxRow row, String reason) {
        reasons.put(row.id(), reason);
    }

    String takeReason(OutboxRow row) {
        String reason = reasons.remove(row.id());
        return reason == null ? "refused" : reason;
    }

    /**
     * Submits the next batch if one is due.
     *
     * @param urgent whether a draining shard waits for the marks
     * @return whether a batch was submitted
     */
    boolean submit(long nowNanos, boolean urgent, OutboxWriter.ResultSink sink) {
        OutboxWriter.Batch batch = nextBatch(nowNanos, urgent);
        if (batch == null) {
            return false;
        }
        batchesInProgress++;
        hasSubmitted = true;
        lastSubmitNanos = nowNanos;
        writer.submit(batch, sink);
        return true;
    }

    private OutboxWriter.@Nullable Batch nextBatch(long nowNanos, boolean urgent) {
        if (retrying) {
            return null;
        }
        if (!batchesToRetry.isEmpty()) {
            retrying = batchesInProgress == 0 && nowNanos - retryAtNanos >= 0;
            return retrying ? batchesToRetry.remove() : null;
        }
        boolean due =
                batchesInProgress == 0 ? isDue(nowNanos, urgent) : batchesInProgress == 1 && marks.size() >= maxMarks;
        return due ? collect() : null;
    }

    private boolean isDue(long nowNanos, boolean urgent) {
        return !failures.isEmpty()
                || marks.size() * BATCH_PART >= maxMarks
                || (!marks.isEmpty() && (urgent || !hasSubmitted || nowNanos - lastSubmitNanos >= markSpacingNanos()));
    }

    private long markSpacingNanos() {
        return marks.size() < SMALL_GROUP ? SMALL_GROUP_SPACINGS * spacingNanos : spacingNanos;
    }

    private OutboxWriter.Batch collect() {
        List<OutboxWriter.Mark> nextMarks = new ArrayList<>(Math.min(maxMarks, marks.size()));
        while (nextMarks.size() < maxMarks && !marks.isEmpty()) {
            nextMarks.add(marks.remove());
        }
        List<OutboxWriter.Failure> nextFailures = List.copyOf(failures);
        failures.clear();
        return new OutboxWriter.Batch(nextMarks, nextFailures);
    }

    /** Applies a result on the publishing thread. It runs before the next read, which then sees the written rows. */
    void applyResult(OutboxWriter.Batch batch, OutboxWriter.Result result, long nowNanos) {
        batchesInProgress--;
        boolean wasRetry = retrying;
        retrying = false;
        switch (result) {
            case OutboxWriter.Result.Failed failure -> {
                batchesToRetry.add(batch);
                retryAtNanos = nowNanos + backoff.nanos(failedWrites);
                if (failedWrites++ == 0) {
                    log.atWarn()
                            .addKeyValue("rows", batch.marks().size())
                            .setCause(failure.cause())
                            .log("Marks could not be written; the batch is retried after a backoff");
                }
            }
            case OutboxWriter.Result.Written written -> {
                // A retried batch finds the marks of its own first write, so they are not counted as repeats.
                if (!wasRetry && written.repeats() > 0) {
                    listener.repeated(written.repeats());
                }
                failedWrites = 0;
                batch.marks().forEach(mark -> ordering.settle(mark.row(), new Settlement.Marked(), nowNanos));
                batch.failures()
                        .forEach(failure ->
                                ordering.settle(failure.row(), settlement(failure, written, nowNanos), nowNanos));
            }
        }
    }

    private Settlement settlement(OutboxWriter.Failure failure, OutboxWriter.Result.Written written, long nowNanos) {
        if (written.fenced().contains(failure.row().id())) {
            boolean served = leases.serves(failure.row().aggregate().shard());
            return served ? new Settlement.Deferred(nowNanos) : new Settlement.Dropped();
        }
        return switch (failure) {
            case OutboxWriter.Failure.Attempt attempt ->
                new Settlement.Deferred(nowNanos + attempt.delay().toNanos());
            case OutboxWriter.Failure.DeadLetter deadLetter -> new Settlement.DeadLettered();
        };
    }

    /**
     * Returns the monotonic time in nanoseconds at which a failed batch is retried or waiting marks are written, or
     * null if no batch waits.
     */
    @Nullable
    Long nextNanos() {
        if (batchesInProgress > 0) {
            return null;
        }
        if (!batchesToRetry.isEmpty()) {
            return retryAtNanos;
        }
        return marks.isEmpty() ? null : lastSubmitNanos + markSpacingNanos();
    }
}
