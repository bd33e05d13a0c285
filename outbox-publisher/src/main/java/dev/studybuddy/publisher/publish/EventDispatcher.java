package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.lease.Lease;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.Dispatch;
import dev.studybuddy.publisher.ordering.DispatchOutcome;
import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.outbox.OutboxWriter;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends the rows that the order, the lease and the destination allow, and applies the outcome of each send. */
final class EventDispatcher {

    private static final Logger log = LoggerFactory.getLogger(EventDispatcher.class);

    /** A send that takes longer waits for the broker's metadata, so the other work of the round comes first. */
    private static final long SLOW_SEND_NANOS = Duration.ofMillis(50).toNanos();
    /**
     * A row that is sent in isolation waits at most this long while another such row of its partition is in flight. Its
     * wait ends earlier if it is the next one when the other row has an outcome.
     */
    private static final long ISOLATION_WAIT_NANOS = Duration.ofSeconds(1).toNanos();

    private final PublishSettings settings;
    private final EventSender sender;
    private final Ordering ordering;
    private final BlockedDestinations blocked;
    private final ShardLeases leases;
    private final Consumer<BlockedDestinations.ResumePoint> resume;
    private final Marker marker;
    private final PublishListener listener;
    private final Backoff attemptBackoff;
    private final ChainBackoffs chainBackoffs = new ChainBackoffs();
    private final DeadLetterSender deadLetters;
    private final IsolatedRows isolated;
    private final InFlightRows inFlight;
    private int nextShard;

    /**
     * Holds the parts that decide which row is sent.
     *
     * @param resume accepts each position from which a shard must be read again, because a block ended
     */
    record SendConditions(
            Ordering ordering,
            BlockedDestinations blocked,
            ShardLeases leases,
            Consumer<BlockedDestinations.ResumePoint> resume) {}

    EventDispatcher(
            PublishSettings settings,
            EventSender sender,
            SendConditions conditions,
            Marker marker,
            PublishListener listener) {
        this.settings = settings;
        this.inFlight = new InFlightRows(settings.memory());
        this.attemptBackoff =
                Backoff.between(settings.attempts().first(), settings.attempts().longest());
        this.sender = sender;
        this.deadLetters = new DeadLetterSender(sender);
        this.ordering = conditions.ordering();
        this.isolated = new IsolatedRows(ordering.deferred());
        this.blocked = conditions.blocked();
        this.leases = conditions.leases();
        this.resume = conditions.resume();
        this.marker = marker;
        this.listener = listener;
    }

    /**
     * Sends rows of all shards in turn, until none is ready or a limit is reached.
     *
     * @return whether a row was sent
     */
    boolean send(MonotonicClock clock, EventSender.OutcomeSink sink) {
        int sent = 0;
        boolean slow = false;
        long session = sender.openProducerSession();
        ordering.useSession(session);
        for (int n = 0; n < Shards.COUNT && !slow; n++) {
            int shard = (nextShard + n) % Shards.COUNT;
            // Each row is checked, so that the guard's margin must cover only the time from here to the send.
            while (!slow && ordering.hasReady(shard) && inFlight.hasRoom() && leases.maySend(shard)) {
                long nowNanos = clock.nanos();
                Dispatch next = ordering.dispatch(shard, aggregate -> mayBeginChain(aggregate, nowNanos), nowNanos);
                if (next == null) {
                    break;
                }
                sent++;
                send(next, session, sink, nowNanos);
                slow = clock.nanos() - nowNanos > SLOW_SEND_NANOS;
            }
        }
        nextShard = (nextShard + 1) % Shards.COUNT;
        return sent > 0;
    }

    private void send(Dispatch next, long session, EventSender.OutcomeSink sink, long nowNanos) {
        OutboxRow row = next.row();
        Aggregate aggregate = row.aggregate();
        if (!next.chained()) {
            if (blocked.isBlocked(aggregate)) {
                inFlight.add(row);
                sender.sendIsolated(row, sink);
            } else if (blocked.failedSends().isSentInIsolation(aggregate)) {
                sendInIsolation(row, sink, nowNanos);
            } else {
                inFlight.add(row);
                sender.send(row, sink);
            }
        } else if (sender.sendChained(row, session, sink)) {
            inFlight.add(row);
        } else {
            ordering.finishDispatch(row, new DispatchOutcome.ReturnedAlone(), nowNanos);
        }
    }

    /**
     * Sends a row in isolation, because its aggregate failed before. If it fails again, no other row of its producer
     * batch fails with it.
     */
    private void sendInIsolation(OutboxRow row, EventSender.OutcomeSink sink, long nowNanos) {
        if (!isolated.begin(blocked.partition(row.aggregate()), row)) {
            ordering.finishDispatch(row, new DispatchOutcome.Deferred(nowNanos + ISOLATION_WAIT_NANOS), nowNanos);
            return;
        }
        inFlight.add(row);
        sender.sendIsolated(row, sink);
    }

    private boolean mayBeginChain(Aggregate aggregate, long nowNanos) {
        return !blocked.isBlocked(aggregate)
                && !blocked.failedSends().isSentInIsolation(aggregate)
                && chainBackoffs.mayBegin(() -> blocked.partition(aggregate), nowNanos);
    }

    /** Returns the rows whose sends have no outcome yet. */
    InFlightRows inFlight() {
        return inFlight;
    }

    /** Applies an outcome on the publishing thread. */
    void complete(OutboxRow row, SendOutcome outcome, EventSender.OutcomeSink sink, long nowNanos) {
        inFlight.remove(row);
        boolean wasIsolated = !isolated.isEmpty() && isolated.end(blocked.partition(row.aggregate()), row);
        apply(row, outcome, sink, nowNanos);
        if (wasIsolated) {
            completeIsolated(blocked.partition(row.aggregate()), outcome, nowNanos);
        }
    }

    /**
     * Makes the next row due that is sent in isolation. After an acknowledgement, the partition accepts records, so
     * that the aggregates that failed only with an outage are sent together again.
     */
    private void completeIsolated(Destination partition, SendOutcome outcome, long nowNanos) {
        FailedSends failed = blocked.failedSends();
        if (outcome instanceof SendOutcome.Acknowledged) {
            failed.release(aggregate -> blocked.partition(aggregate).equals(partition));
        }
        isolated.makeNextDue(partition, failed::isSentInIsolation, nowNanos);
    }

    private void apply(OutboxRow row, SendOutcome outcome, EventSender.OutcomeSink sink, long nowNanos) {
        String deadLetterReason = deadLetters.remove(row);
        if (deadLetterReason != null) {
            completeDeadLetter(row, deadLetterReason, outcome, nowNanos);
            return;
        }
        switch (outcome) {
            case SendOutcome.Acknowledged ack -> acknowledge(row, ack, nowNanos);
            case SendOutcome.PartitionUnavailable unavailable -> {
                if (!holdIfProbesFailed(row, unavailable.reason(), nowNanos)) {
                    blockPartition(row, unavailable.reason(), nowNanos);
                    takeBack(row, new DispatchOutcome.Returned(), nowNanos);
                }
            }
            case SendOutcome.TopicBlocked topicBlocked -> {
                if (!holdIfProbesFailed(row, topicBlocked.reason(), nowNanos)) {
                    blockTopic(row, topicBlocked.reason(), nowNanos);
                    takeBack(row, new DispatchOutcome.Returned(), nowNanos);
                }
            }
            case SendOutcome.TopicUnchecked unchecked -> {
                blockUncheckedTopic(row.aggregate(), unchecked.reason(), nowNanos);
                takeBack(row, new DispatchOutcome.Returned(), nowNanos);
            }
            case SendOutcome.Refused refused -> {
                blocked.recordMissingProbe(row.aggregate(), nowNanos);
                handleRefusal(row, refused.reason(), sink, nowNanos);
            }
            case SendOutcome.NotEvaluated notEvaluated -> {
                blocked.recordMissingProbe(row.aggregate(), nowNanos);
                takeBack(row, new DispatchOutcome.Returned(), nowNanos);
            }
            case SendOutcome.SessionEnded ended -> completeEndedSession(row, ended.cause(), nowNanos);
        }
    }

    private void acknowledge(OutboxRow row, SendOutcome.Acknowledged ack, long nowNanos) {
        Aggregate aggregate = row.aggregate();
        blocked.recordAcknowledgement(
                        aggregate,
                        nowNanos,
                        destination -> log.atInfo()
                                .addKeyValue("destination", destination)
                                .log("The destination accepts records again; its events are sent"))
                .forEach(resume);
        chainBackoffs.recordAcknowledgement(() -> blocked.partition(aggregate));
        ordering.acknowledge(row, nowNanos);
        marker.addMark(new OutboxWriter.Mark(row, ack.partition(), ack.offset()), nowNanos);
    }

    private void completeEndedSession(OutboxRow row, @Nullable SendOutcome cause, long nowNanos) {
        DispatchOutcome outcome = new DispatchOutcome.Returned();
        if (cause != null) {
            listener.countEndedSession();
            chainBackoffs.recordEndedSession(blocked.partition(row.aggregate()), nowNanos);
            switch (cause) {
                case SendOutcome.PartitionUnavailable unavailable ->
                    blockPartition(row, unavailable.reason(), nowNanos);
                case SendOutcome.TopicBlocked topicBlocked -> blockTopic(row, topicBlocked.reason(), nowNanos);
                // The record is sent alone, and the outcome of that send decides.
                default -> outcome = new DispatchOutcome.ReturnedAlone();
            }
        }
        takeBack(row, outcome, nowNanos);
    }

    /**
     * Puts the aggregate of a row on hold that failed because of its destination, if the aggregate is a failed probe
     * and not the present probe of the destination. The destination may accept all other records.
     *
     * @return whether the aggregate is on hold
     */
    private boolean holdIfProbesFailed(OutboxRow row, String reason, long nowNanos) {
        Aggregate aggregate = row.aggregate();
        if (!blocked.failedSends().isFailedProbe(aggregate)
                || blocked.isProbing(aggregate)
                || !leases.serves(aggregate.shard())) {
            return false;
        }
        Duration wait = attemptBackoff.bound(blocked.failedSends().recordFailure(aggregate));
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

    /** Blocks the partition of a row. If the row was the probe of its topic, the block of the topic ends. */
    private void blockPartition(OutboxRow row, String reason, long nowNanos) {
        blocked.endProbedTopic(
                        row.aggregate(),
                        topic -> log.atInfo()
                                .addKeyValue("type", topic)
                                .log("Only a partition of the topic accepts no records; the events of its other"
                                        + " partitions are sent"))
                .forEach(resume);
        Destination partition = blocked.partition(row.aggregate());
        if (block(partition, row, reason, nowNanos)) {
            log.atWarn()
                    .addKeyValue("partition", partition)
                    .addKeyValue("reason", reason)
                    .log("The partition accepts no records; its events wait, no attempt is counted, and events of other"
                            + " partitions are sent");
            removeWaiting(
                    aggregate -> aggregate.type().equals(partition.type())
                            && blocked.partition(aggregate).equals(partition),
                    nowNanos);
        }
    }

    private void blockTopic(OutboxRow row, String reason, long nowNanos) {
        String type = row.aggregate().type();
        if (block(Destination.topic(type), row, reason, nowNanos)) {
            log.atInfo()
                    .addKeyValue("type", type)
                    .addKeyValue("reason", reason)
                    .log("The topic accepts no records; its events wait, and events of other topics are sent");
            removeWaitingOfTopic(type, nowNanos);
        }
    }

    private void blockUncheckedTopic(Aggregate aggregate, String reason, long nowNanos) {
        if (blocked.blockUncheckedTopic(aggregate, nowNanos, reason)) {
            log.atDebug()
                    .addKeyValue("type", aggregate.type())
                    .log("The publisher has not checked the topic yet; its events wait, and the next check decides");
            removeWaitingOfTopic(aggregate.type(), nowNanos);
        }
    }

    private boolean block(Destination destination, OutboxRow row, String reason, long nowNanos) {
        return blocked.block(destination, row, leases.serves(row.aggregate().shard()), nowNanos, reason);
    }

    /** Removes the waiting rows of paused types from memory. Rows in flight stay until their outcomes arrive. */
    void removePaused(long nowNanos) {
        removeWaiting(aggregate -> blocked.paused().includes(aggregate.type()), nowNanos);
    }

    private void removeWaitingOfTopic(String type, long nowNanos) {
        removeWaiting(aggregate -> aggregate.type().equals(type), nowNanos);
    }

    private void removeWaiting(Predicate<Aggregate> matching, long nowNanos) {
        ordering.removeWaiting(matching, blocked::recordSkipped, nowNanos);
    }

    private void handleRefusal(OutboxRow row, String reason, EventSender.OutcomeSink sink, long nowNanos) {
        Lease lease = leases.of(row.aggregate().shard());
        if (lease == null || !leases.maySend(row.aggregate().shard())) {
            takeBack(row, new DispatchOutcome.Returned(), nowNanos);
        } else if (row.retryCount() + 1 < settings.attempts().most()) {
            marker.addFailure(new OutboxWriter.Failure.Attempt(
                    row, lease.epoch(), reason, attemptBackoff.bound(row.retryCount())));
        } else {
            inFlight.add(row);
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
        if (blocked.keepsOut(aggregate)) {
            ordering.removeWaiting(aggregate, blocked::recordSkipped, nowNanos);
        }
    }
}
