package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.DispatchOutcome;
import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.outbox.OutboxWriter;
import java.util.function.IntPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finishes the dispatch of each row whose state was written, or whose state this instance cannot write before it hands
 * the shard over.
 */
final class DispatchFinisher {

    private static final Logger log = LoggerFactory.getLogger(DispatchFinisher.class);

    private final Ordering ordering;
    private final IntPredicate isServed;
    private final PublishListener listener;

    /**
     * @param isServed returns whether this instance serves a shard, which is false from the moment when it drains
     */
    DispatchFinisher(Ordering ordering, IntPredicate isServed, PublishListener listener) {
        this.ordering = ordering;
        this.isServed = isServed;
        this.listener = listener;
    }

    /** Finishes the dispatch of all rows of a batch that was written. */
    void finishWritten(OutboxWriter.Batch batch, OutboxWriter.Result.Written written, long nowNanos) {
        batch.marks().forEach(mark -> ordering.finishDispatch(mark.row(), new DispatchOutcome.Marked(), nowNanos));
        batch.failures().forEach(failure -> finish(failure, written, nowNanos));
    }

    private void finish(OutboxWriter.Failure failure, OutboxWriter.Result.Written written, long nowNanos) {
        OutboxRow row = failure.row();
        boolean fenced = written.fenced().contains(row.key());
        if (!fenced) {
            recordRefusal(failure);
        }
        ordering.finishDispatch(row, fenced ? outcomeOfFenced(row, nowNanos) : outcome(failure, nowNanos), nowNanos);
    }

    /**
     * Logs and counts a refusal whose write took effect. If the write was fenced, the owner of the shard logs and
     * counts the refusal instead.
     */
    private void recordRefusal(OutboxWriter.Failure failure) {
        OutboxRow row = failure.row();
        boolean deadLettered = failure instanceof OutboxWriter.Failure.DeadLetter;
        listener.countRefused(row, failure.reason(), deadLettered);
        log.atWarn()
                .addKeyValue("event", row.id())
                .addKeyValue(
                        "aggregate",
                        row.aggregate().type() + "/" + row.aggregate().id())
                .addKeyValue("version", row.version())
                .addKeyValue("reason", failure.reason())
                .log(
                        deadLettered
                                ? "The publisher dead-lettered the event and sends later versions of its aggregate"
                                : "The attempt to send the event failed; its aggregate waits for the next attempt");
    }

    private DispatchOutcome outcomeOfFenced(OutboxRow row, long nowNanos) {
        return isServed.test(row.aggregate().shard())
                ? new DispatchOutcome.Deferred(nowNanos)
                : new DispatchOutcome.Dropped();
    }

    private static DispatchOutcome outcome(OutboxWriter.Failure failure, long nowNanos) {
        return switch (failure) {
            case OutboxWriter.Failure.Attempt attempt ->
                new DispatchOutcome.Deferred(nowNanos + attempt.delay().toNanos());
            case OutboxWriter.Failure.DeadLetter deadLetter -> new DispatchOutcome.DeadLettered();
        };
    }

    /**
     * Finishes the dispatch of a row that was set aside in a shard that this instance no longer serves, so that the
     * shard can be handed over. An acknowledged row is on its topic, and the next owner may repeat it. A refused row
     * gets its next attempt from the next owner.
     */
    void finishUnserved(FailedWrites.SetAsideRow row, long nowNanos) {
        row.addIds(log.atWarn())
                .log("The state of a row was not written before the hand-over of its shard; the next owner may send"
                        + " the event again");
        ordering.finishDispatch(
                row.row(),
                row.isAcknowledged() ? new DispatchOutcome.Unmarked() : new DispatchOutcome.Abandoned(),
                nowNanos);
    }
}
