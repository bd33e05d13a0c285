package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.Dispatch;
import dev.studybuddy.publisher.ordering.DispatchOutcome;
import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.ordering.OutboxRow;
import java.time.Duration;

/** Sends the rows that the order, the lease and the destination allow, and tracks each send until its outcome. */
final class EventDispatcher {

    /** A send that takes longer waits for metadata or for buffer memory, so the other work of the round comes first. */
    private static final long SLOW_SEND_NANOS = Duration.ofMillis(50).toNanos();
    /**
     * A row that is sent in isolation waits at most this long while another such row of its partition is in flight. Its
     * wait ends earlier if it is the next one when the other row has an outcome.
     */
    private static final long ISOLATION_WAIT_NANOS = Duration.ofSeconds(1).toNanos();

    private final EventSender sender;
    private final Ordering ordering;
    private final UnavailableDestinations destinations;
    private final ShardLeases leases;
    private final ChainBackoffs chainBackoffs;
    private final IsolatedRows isolated;
    private final InFlightRows inFlight;
    private final OutcomeApplier outcomes;
    private int nextShard;

    /** Holds the parts that decide which row is sent. */
    record SendConditions(
            Ordering ordering, UnavailableDestinations destinations, ShardLeases leases, ChainBackoffs chainBackoffs) {}

    EventDispatcher(
            PublishSettings settings,
            EventSender sender,
            SendConditions conditions,
            BlockTransitions transitions,
            Marker marker,
            PublishListener listener) {
        this.sender = sender;
        this.ordering = conditions.ordering();
        this.destinations = conditions.destinations();
        this.leases = conditions.leases();
        this.chainBackoffs = conditions.chainBackoffs();
        this.isolated = new IsolatedRows(ordering.deferred());
        this.inFlight = new InFlightRows(settings.memory());
        this.outcomes = new OutcomeApplier(
                settings.attempts(), conditions, transitions, new DeadLetterSender(sender, inFlight), marker, listener);
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
        ordering.useProducerSession(session);
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
            if (destinations.isUnavailable(aggregate)) {
                inFlight.add(row);
                sender.sendIsolated(row, sink);
            } else if (destinations.failedSends().isSentInIsolation(aggregate)) {
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
        if (!isolated.begin(destinations.partition(row.aggregate()), row)) {
            ordering.finishDispatch(row, new DispatchOutcome.Deferred(nowNanos + ISOLATION_WAIT_NANOS), nowNanos);
            return;
        }
        inFlight.add(row);
        sender.sendIsolated(row, sink);
    }

    private boolean mayBeginChain(Aggregate aggregate, long nowNanos) {
        return !destinations.isUnavailable(aggregate)
                && !destinations.failedSends().isSentInIsolation(aggregate)
                && chainBackoffs.mayBegin(() -> destinations.partition(aggregate), nowNanos);
    }

    /** Returns the rows whose sends have no outcome yet. */
    InFlightRows inFlight() {
        return inFlight;
    }

    /** Ends the send of a row, and applies its outcome. It runs on the publishing thread. */
    void complete(OutboxRow row, SendOutcome outcome, EventSender.OutcomeSink sink, long nowNanos) {
        inFlight.remove(row);
        boolean wasIsolated = !isolated.isEmpty() && isolated.end(destinations.partition(row.aggregate()), row);
        outcomes.apply(row, outcome, sink, nowNanos);
        if (wasIsolated) {
            completeIsolated(destinations.partition(row.aggregate()), outcome, nowNanos);
        }
    }

    /**
     * Makes the next row that is sent in isolation due. An acknowledgement shows that the partition accepts records, so
     * the aggregates that failed only because of an outage are sent together again.
     */
    private void completeIsolated(Destination partition, SendOutcome outcome, long nowNanos) {
        FailedSends failed = destinations.failedSends();
        if (outcome instanceof SendOutcome.Acknowledged) {
            failed.release(aggregate -> destinations.partition(aggregate).equals(partition));
        }
        isolated.makeNextDue(partition, failed::isSentInIsolation, nowNanos);
    }
}
