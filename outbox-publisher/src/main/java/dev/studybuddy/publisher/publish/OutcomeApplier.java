package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.publisher.lease.Lease;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.DispatchOutcome;
import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.outbox.OutboxWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies the outcome of each send to its row, which is marked, waits again, is deferred, or becomes a dead letter. */
final class OutcomeApplier {

    private static final Logger log = LoggerFactory.getLogger(OutcomeApplier.class);

    private final PublishSettings.Attempts attempts;
    private final Backoff attemptBackoff;
    private final Ordering ordering;
    private final UnavailableDestinations destinations;
    private final ShardLeases leases;
    private final ChainBackoffs chainBackoffs;
    private final BlockTransitions transitions;
    private final DeadLetterSender deadLetters;
    private final Marker marker;
    private final PublishListener listener;

    OutcomeApplier(
            PublishSettings.Attempts attempts,
            EventDispatcher.SendConditions conditions,
            BlockTransitions transitions,
            DeadLetterSender deadLetters,
            Marker marker,
            PublishListener listener) {
        this.attempts = attempts;
        this.attemptBackoff = Backoff.between(attempts.first(), attempts.longest());
        this.ordering = conditions.ordering();
        this.destinations = conditions.destinations();
        this.leases = conditions.leases();
        this.chainBackoffs = conditions.chainBackoffs();
        this.transitions = transitions;
        this.deadLetters = deadLetters;
        this.marker = marker;
        this.listener = listener;
    }

    /** Applies the outcome of a send that has ended. It runs on the publishing thread. */
    void apply(OutboxRow row, SendOutcome outcome, EventSender.OutcomeSink sink, long nowNanos) {
        String deadLetterReason = deadLetters.remove(row);
        if (deadLetterReason != null) {
            completeDeadLetter(row, deadLetterReason, outcome, nowNanos);
            return;
        }
        switch (outcome) {
            case SendOutcome.Acknowledged ack -> acknowledge(row, ack, nowNanos);
            case SendOutcome.PartitionUnavailable unavailable -> {
                if (!holdIfIsolatedFromBlocks(row, unavailable.reason(), nowNanos)) {
                    transitions.blockPartition(row, unavailable.reason(), nowNanos);
                    takeBack(row, new DispatchOutcome.Returned(), nowNanos);
                }
            }
            case SendOutcome.TopicBlocked topicBlocked -> {
                if (!holdIfIsolatedFromBlocks(row, topicBlocked.reason(), nowNanos)) {
                    transitions.blockTopic(row, topicBlocked.reason(), nowNanos);
                    takeBack(row, new DispatchOutcome.Returned(), nowNanos);
                }
            }
            case SendOutcome.TopicUnchecked unchecked -> {
                transitions.blockUncheckedTopic(row.aggregate(), unchecked.reason(), nowNanos);
                takeBack(row, new DispatchOutcome.Returned(), nowNanos);
            }
            case SendOutcome.Refused refused -> {
                destinations.recordMissingProbe(row.aggregate(), nowNanos);
                applyRefusal(row, refused.reason(), sink, nowNanos);
            }
            case SendOutcome.NotEvaluated notEvaluated -> {
                destinations.recordMissingProbe(row.aggregate(), nowNanos);
                takeBack(row, new DispatchOutcome.Returned(), nowNanos);
            }
            case SendOutcome.SessionEnded ended -> completeEndedProducerSession(row, ended.cause(), nowNanos);
        }
    }

    private void acknowledge(OutboxRow row, SendOutcome.Acknowledged ack, long nowNanos) {
        Aggregate aggregate = row.aggregate();
        transitions.recordAcknowledgement(aggregate, nowNanos);
        chainBackoffs.recordAcknowledgement(() -> destinations.partition(aggregate));
        ordering.acknowledge(row, nowNanos);
        marker.addMark(new OutboxWriter.Mark(row, ack.partition(), ack.offset()), nowNanos);
    }

    private void completeEndedProducerSession(OutboxRow row, @Nullable SendOutcome cause, long nowNanos) {
        DispatchOutcome outcome = new DispatchOutcome.Returned();
        if (cause != null) {
            listener.countEndedProducerSession();
            chainBackoffs.recordEndedProducerSession(destinations.partition(row.aggregate()), nowNanos);
            switch (cause) {
                case SendOutcome.PartitionUnavailable unavailable ->
                    transitions.blockPartition(row, unavailable.reason(), nowNanos);
                case SendOutcome.TopicBlocked topicBlocked ->
                    transitions.blockTopic(row, topicBlocked.reason(), nowNanos);
                // The record is sent alone, and the outcome of that send decides.
                default -> outcome = new DispatchOutcome.ReturnedAlone();
            }
        }
        takeBack(row, outcome, nowNanos);
    }

    /**
     * Puts an aggregate on hold after a send that failed because of the destination, if the aggregate is isolated from
     * blocks and none of its rows is the present probe of the destination. The destination may accept all other
     * records.
     *
     * @return whether the aggregate is on hold
     */
    private boolean holdIfIsolatedFromBlocks(OutboxRow row, String reason, long nowNanos) {
        Aggregate aggregate = row.aggregate();
        if (!destinations.failedSends().isIsolatedFromBlocks(aggregate)
                || destinations.isProbing(aggregate)
                || !leases.serves(aggregate.shard())) {
            return false;
        }
        Duration wait = attemptBackoff.bound(destinations.failedSends().recordFailure(aggregate));
        log.atWarn()
                .addKeyValue("event", row.id())
                .addKeyValue("aggregate", aggregate.type() + "/" + aggregate.id())
                .addKeyValue("version", row.version())
                .addKeyValue("reason", reason)
                .addKeyValue("waitMillis", wait.toMillis())
                .log("The broker does not accept the event; only its aggregate waits, and no attempt is counted");
        ordering.finishDispatch(row, new DispatchOutcome.Deferred(nowNanos + wait.toNanos()), nowNanos);
        return true;
    }

    private void applyRefusal(OutboxRow row, String reason, EventSender.OutcomeSink sink, long nowNanos) {
        Lease lease = leases.of(row.aggregate().shard());
        if (lease == null || !leases.maySend(row.aggregate().shard())) {
            takeBack(row, new DispatchOutcome.Returned(), nowNanos);
        } else if (row.retryCount() + 1 < attempts.most()) {
            marker.addFailure(new OutboxWriter.Failure.Attempt(
                    row, lease.epoch(), reason, attemptBackoff.bound(row.retryCount())));
        } else {
            deadLetters.send(row, reason, sink);
        }
    }

    private void completeDeadLetter(OutboxRow row, String reason, SendOutcome outcome, long nowNanos) {
        Lease lease = leases.of(row.aggregate().shard());
        if (!deadLetters.isFinished(row, outcome)) {
            // Without this wait, a dead-letter topic that fails at once would receive the row in each round.
            long untilNanos = nowNanos + attemptBackoff.bound(row.retryCount()).toNanos();
            takeBack(row, new DispatchOutcome.Deferred(untilNanos), nowNanos);
        } else if (lease == null) {
            ordering.finishDispatch(row, new DispatchOutcome.Abandoned(), nowNanos);
        } else {
            marker.addFailure(new OutboxWriter.Failure.DeadLetter(row, lease.epoch(), reason));
        }
    }

    /**
     * Returns a row to the waiting rows or defers it, or removes the rows of its aggregate from memory if they cannot
     * be sent now.
     */
    private void takeBack(OutboxRow row, DispatchOutcome outcome, long nowNanos) {
        Aggregate aggregate = row.aggregate();
        if (!leases.serves(aggregate.shard())) {
            ordering.finishDispatch(row, new DispatchOutcome.Abandoned(), nowNanos);
            return;
        }
        ordering.finishDispatch(row, outcome, nowNanos);
        if (destinations.keepsOut(aggregate)) {
            ordering.removeWaiting(aggregate, destinations::recordSkipped, nowNanos);
        }
    }
}
