package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.lease.Lease;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.Settlement;
import dev.studybuddy.publisher.outbox.OutboxWriter;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends the rows that the order, the lease, the broker and the topic allow, and applies the outcome of each send. */
final class EventDispatcher {

    private static final Logger log = LoggerFactory.getLogger(EventDispatcher.class);

    private final PublishSettings settings;
    private final EventSender sender;
    private final Ordering ordering;
    private final BlockedTopics blockedTopics;
    private final BrokerCircuitBreaker breaker;
    private final ShardLeases leases;
    private final Marker marker;
    private final Backoff attemptBackoff;
    private final Set<UUID> deadLettersInFlight = new HashSet<>();
    private int inFlight;
    private long inFlightBytes;
    private int nextShard;

    /** This record holds the rows and the conditions of a send. */
    record Gates(Ordering ordering, BlockedTopics blockedTopics, BrokerCircuitBreaker breaker, ShardLeases leases) {}

    EventDispatcher(PublishSettings settings, EventSender sender, Gates gates, Marker marker) {
        this.settings = settings;
        this.attemptBackoff =
                Backoff.between(settings.attempts().first(), settings.attempts().longest());
        this.sender = sender;
        this.ordering = gates.ordering();
        this.blockedTopics = gates.blockedTopics();
        this.breaker = gates.breaker();
        this.leases = gates.leases();
        this.marker = marker;
    }

    /**
     * Sends rows of all shards in turn, until none is ready or a limit is reached.
     *
     * @return whether a row was sent
     */
    boolean send(MonotonicClock clock, EventSender.OutcomeSink sink) {
        int sent = 0;
        for (int n = 0; n < Shards.COUNT; n++) {
            int shard = (nextShard + n) % Shards.COUNT;
            while (ordering.hasReady(shard) && hasRoom()) {
                // Each row is checked, so that the guard's margin must cover only the time from here to the send.
                if (!leases.maySend(shard) || !breaker.maySend(clock.nanos())) {
                    break;
                }
                OutboxRow row = ordering.dispatch(shard);
                if (row == null) {
                    breaker.cancelProbe();
                    break;
                }
                inFlight++;
                inFlightBytes += row.approximateBytes();
                sent++;
                sender.send(row, sink);
            }
        }
        nextShard = (nextShard + 1) % Shards.COUNT;
        return sent > 0;
    }

    private boolean hasRoom() {
        return inFlight < settings.memory().inFlightRows()
                && (inFlight == 0 || inFlightBytes < settings.memory().inFlightBytes());
    }

    /** Applies an outcome on the publishing thread. */
    void complete(OutboxRow row, SendOutcome outcome, EventSender.OutcomeSink sink, long nowNanos) {
        inFlight--;
        inFlightBytes -= row.approximateBytes();
        if (deadLettersInFlight.remove(row.id())) {
            completeDeadLetter(row, outcome, nowNanos);
            return;
        }
        switch (outcome) {
            case SendOutcome.Acknowledged ack -> {
                closeBreaker();
                if (blockedTopics.recordAcknowledgement(row.aggregate().type())) {
                    log.atInfo()
                            .addKeyValue("type", row.aggregate().type())
                            .log("The topic accepts records again; its events are sent");
                }
                ordering.acknowledge(row, nowNanos);
                marker.addMark(new OutboxWriter.Mark(row, ack.partition(), ack.offset()), nowNanos);
            }
            case SendOutcome.BrokerUnavailable unavailable -> openBreaker(row, unavailable.reason(), nowNanos);
            case SendOutcome.TopicBlocked blocked -> blockTopic(row, blocked.reason(), nowNanos);
            case SendOutcome.Refused refused -> handleRefusal(row, refused.reason(), sink, nowNanos);
        }
    }

    private void closeBreaker() {
        if (breaker.recordAcknowledgement()) {
            log.atInfo().log("The broker accepts records again; events are sent");
        }
    }

    private void openBreaker(OutboxRow row, String reason, long nowNanos) {
        if (breaker.recordFailure(nowNanos, reason)) {
            log.atWarn()
                    .addKeyValue("reason", reason)
                    .log("The broker is unavailable; events wait and no attempt is counted");
        }
        takeBack(row, nowNanos);
    }

    private void blockTopic(OutboxRow row, String reason, long nowNanos) {
        String type = row.aggregate().type();
        breaker.cancelProbe();
        if (blockedTopics.block(type, nowNanos, reason)) {
            log.atInfo()
                    .addKeyValue("type", type)
                    .addKeyValue("reason", reason)
                    .log("The topic accepts no records; its events wait and other topics continue");
        }
        blockedTopics.recordSkipped(type, row.aggregate().shard(), row.position());
        ordering.settle(row, new Settlement.Returned(), nowNanos);
        ordering.removeWaiting(
                aggregate -> aggregate.type().equals(type),
                removed -> blockedTopics.recordSkipped(type, removed.aggregate().shard(), removed.position()),
                nowNanos);
    }

    private void handleRefusal(OutboxRow row, String reason, EventSender.OutcomeSink sink, long nowNanos) {
        // A refusal does not prove that the broker is available: the client itself refuses a record that is too large.
        breaker.cancelProbe();
        Lease lease = leases.of(row.aggregate().shard());
        if (lease == null || !leases.maySend(row.aggregate().shard())) {
            takeBack(row, nowNanos);
        } else if (row.retryCount() + 1 < settings.attempts().most()) {
            marker.addFailure(
                    new OutboxWriter.Failure.Attempt(
                            row, lease.epoch(), reason, attemptBackoff.bound(row.retryCount())),
                    false);
        } else {
            deadLettersInFlight.add(row.id());
            marker.keepReason(row, reason);
            inFlight++;
            inFlightBytes += row.approximateBytes();
            sender.deadLetter(row, reason, sink);
        }
    }

    /**
     * Completes a dead letter. Its record is on the dead-letter topic or does not fit there; the row keeps it in either
     * case.
     */
    private void completeDeadLetter(OutboxRow row, SendOutcome outcome, long nowNanos) {
        String reason = marker.takeReason(row);
        Lease lease = leases.of(row.aggregate().shard());
        switch (outcome) {
            case SendOutcome.BrokerUnavailable unavailable -> openBreaker(row, unavailable.reason(), nowNanos);
            case SendOutcome.Acknowledged ack -> recordDeadLetter(row, lease, reason, nowNanos);
            case SendOutcome.TopicBlocked blocked -> recordDeadLetter(row, lease, reason, nowNanos);
            case SendOutcome.Refused refused -> recordDeadLetter(row, lease, reason, nowNanos);
        }
    }

    private void recordDeadLetter(OutboxRow row, @Nullable Lease lease, String reason, long nowNanos) {
        if (lease == null) {
            ordering.settle(row, new Settlement.Abandoned(), nowNanos);
        } else {
            marker.addFailure(new OutboxWriter.Failure.DeadLetter(row, lease.epoch(), reason), true);
        }
    }

    private void takeBack(OutboxRow row, long nowNanos) {
        boolean served = leases.serves(row.aggregate().shard());
        ordering.settle(row, served ? new Settlement.Returned() : new Settlement.Abandoned(), nowNanos);
    }
}
