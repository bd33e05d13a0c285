package dev.studybuddy.publisher.ordering;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Holds the rows in memory and applies the predecessor rule. It reads no clock and does no input or output: each time
 * is a parameter.
 */
public final class Ordering {

    /** An admission states what happened to a row that was read. */
    public enum Admission {
        ADMITTED,
        /** The row is in memory already. */
        PRESENT,
        /** The row stays in the table, because its aggregate is deferred or its topic is blocked. */
        SKIPPED,
        /** The row's aggregate cannot be deferred for lack of room, so the shard's reading stops before this row. */
        STOP
    }

    private final OrderingBounds bounds;
    private final Map<Aggregate, AggregateQueue> queues = new HashMap<>();
    private final Set<UUID> present = new HashSet<>();
    private final ReadyQueues ready = new ReadyQueues();
    private final Set<AggregateQueue> uncheckedQueues = new LinkedHashSet<>();
    private final AcknowledgedVersions acknowledgements;
    private final DeferredAggregates deferred;
    private long session = ProducerSessions.NONE;
    private int unmarked;
    private long bytes;

    /** Creates an ordering without rows. */
    public Ordering(OrderingBounds bounds) {
        this.bounds = bounds;
        this.acknowledgements = new AcknowledgedVersions(bounds.acknowledgements());
        this.deferred = new DeferredAggregates(bounds.deferredAggregates());
    }

    /** Returns the aggregates whose rows left memory until they are read again. */
    public DeferredAggregates deferred() {
        return deferred;
    }

    /** Returns the number of rows in memory: waiting, in flight, or acknowledged and not yet marked. */
    public int size() {
        return present.size();
    }

    /** Returns the approximate number of bytes of the rows in memory. */
    public long bytes() {
        return bytes;
    }

    private void forget(OutboxRow row) {
        if (present.remove(row.id())) {
            bytes -= row.approximateBytes();
        }
    }

    /** Returns whether a row is in memory. */
    public boolean isPresent(UUID id) {
        return present.contains(id);
    }

    /** Admits a row to memory, or returns the reason why it is not admitted. */
    public Admission admit(OutboxRow row, long nowNanos) {
        return admit(row, deferred.hasRoom(), nowNanos);
    }

    /**
     * Defers the aggregate of a row whose content was not read.
     *
     * @return whether the aggregate was deferred; if not, the shard's reading stops before this row
     */
    public boolean deferUnread(OutboxRow row, long nowNanos) {
        boolean mayDefer = deferred.hasRoom() || deferred.contains(row.aggregate());
        if (mayDefer) {
            defer(row, nowNanos);
        }
        return mayDefer;
    }

    /**
     * Admits a row of an aggregate that was deferred until now. If the row cannot be admitted, the aggregate is
     * deferred again even if there is no room.
     */
    public Admission readmit(OutboxRow row, long nowNanos) {
        return admit(row, true, nowNanos);
    }

    private Admission admit(OutboxRow row, boolean roomToDefer, long nowNanos) {
        Aggregate aggregate = row.aggregate();
        if (present.contains(row.id())) {
            return Admission.PRESENT;
        }
        if (deferred.contains(aggregate)) {
            deferred.include(row);
            return Admission.SKIPPED;
        }
        AggregateQueue queue = queues.get(aggregate);
        boolean onHold = row.delayNanos() > 0;
        boolean full = queue != null
                && (queue.waitingCount() >= bounds.followersOfOne()
                        || present.size() - unmarked - queues.size() >= bounds.followers());
        if ((onHold || full) && !roomToDefer) {
            return Admission.STOP;
        }
        if (onHold) {
            defer(row, nowNanos + row.delayNanos());
            return Admission.SKIPPED;
        }
        if (full) {
            deferred.deferOverflow(aggregate, row.version());
            return Admission.SKIPPED;
        }
        insert(row);
        return Admission.ADMITTED;
    }

    /**
     * Sets the living producer session. Rows in flight of an earlier session have no further successors in it.
     *
     * @param session the number of the session, or {@link ProducerSessions#NONE}
     */
    public void useSession(long session) {
        this.session = session;
    }

    private boolean isReady(AggregateQueue queue) {
        return queue.isReady(session, bounds.followersOfOne());
    }

    private void insert(OutboxRow row) {
        AggregateQueue queue =
                queues.computeIfAbsent(row.aggregate(), key -> new AggregateQueue(key, acknowledgements.highest(key)));
        queue.add(row);
        if (present.add(row.id())) {
            bytes += row.approximateBytes();
        }
        if (isReady(queue) && uncheckedQueues.remove(queue)) {
            // A lower version arrived and is ready, so it needs no check of a predecessor.
            queue.scheduled = false;
        }
        schedule(queue);
    }

    private void schedule(AggregateQueue queue) {
        if (queue.scheduled || queue.waitingCount() == 0) {
            return;
        }
        if (isReady(queue)) {
            queue.scheduled = true;
            ready.add(queue);
        } else if (!queue.hasInFlight()) {
            queue.scheduled = true;
            uncheckedQueues.add(queue);
        }
    }

    /** Returns the predecessors whose state must be read now, after the rows that need them. */
    public List<Predecessor> predecessorsToCheck(int limit) {
        List<Predecessor> requested = new ArrayList<>();
        for (AggregateQueue queue : uncheckedQueues) {
            OutboxRow head = queue.head();
            if (head != null && requested.size() < limit) {
                requested.add(new Predecessor(queue.aggregate, Math.max(1, head.version() - 1)));
            }
        }
        return requested;
    }

    /** Applies the rows that were read for the requested predecessors. */
    public void applyPredecessors(List<Predecessor> requested, List<PredecessorRow> rows, long nowNanos) {
        Map<Predecessor, List<PredecessorRow>> found = new HashMap<>();
        rows.forEach(row -> found.computeIfAbsent(row.predecessor(), key -> new ArrayList<>())
                .add(row));
        for (Predecessor predecessor : requested) {
            AggregateQueue queue = queues.get(predecessor.aggregate());
            if (queue == null || !uncheckedQueues.remove(queue)) {
                continue;
            }
            queue.scheduled = false;
            List<PredecessorRow> states = found.getOrDefault(predecessor, List.of());
            // A pending predecessor that is in memory outside of the queue is acknowledged and not yet marked. In the
            // queue it would be the head or in flight.
            if (states.isEmpty()
                    || states.stream().anyMatch(row -> row.pending() == null || isUnmarked(row.pending(), queue))) {
                queue.acknowledge(predecessor.version());
            } else {
                states.forEach(row -> admitPredecessor(row.pending(), nowNanos));
            }
            schedule(queue);
        }
    }

    private boolean isUnmarked(OutboxRow row, AggregateQueue queue) {
        return present.contains(row.id()) && queue.acknowledgedVersion() >= row.version();
    }

    private void admitPredecessor(@Nullable OutboxRow row, long nowNanos) {
        if (row == null || present.contains(row.id())) {
            return;
        }
        if (row.delayNanos() > 0) {
            defer(row, nowNanos + row.delayNanos());
        } else {
            insert(row);
        }
    }

    /**
     * Returns the next row of the shard that the order allows, which is in flight from now on, or null if there is
     * none.
     *
     * @param mayBeginChain returns whether a new chain of an aggregate may begin
     */
    @Nullable
    public Dispatch dispatch(int shard, Predicate<Aggregate> mayBeginChain, long nowNanos) {
        for (AggregateQueue queue = ready.poll(shard); queue != null; queue = ready.poll(shard)) {
            queue.scheduled = false;
            if (isReady(queue)) {
                boolean chained = queue.isChained(session, mayBeginChain.test(queue.aggregate));
                OutboxRow row = queue.dispatch(session, chained);
                ready.addUnsettled(shard, 1);
                schedule(queue);
                releaseOverflow(queue, nowNanos);
                return new Dispatch(row, chained);
            }
            schedule(queue);
        }
        return null;
    }

    /** Reads the rest of an overflowing aggregate again when half of its followers are sent. */
    private void releaseOverflow(AggregateQueue queue, long nowNanos) {
        if (queue.waitingCount() * 2 <= bounds.followersOfOne()) {
            deferred.releaseOverflow(queue.aggregate, nowNanos);
        }
    }

    /**
     * Records that a row is on its topic. The next row of its aggregate may be sent, and this row stays in memory until
     * it is marked.
     */
    public void acknowledge(OutboxRow row, long nowNanos) {
        unmarked++;
        complete(
                row,
                queue -> {
                    queue.acknowledge(row.version());
                    queue.allowChain();
                },
                nowNanos);
    }

    /** Settles a row that is in flight, or that is acknowledged and not yet marked. */
    public void settle(OutboxRow row, Settlement settlement, long nowNanos) {
        ready.addUnsettled(row.aggregate().shard(), -1);
        if (!(settlement instanceof Settlement.Returned || settlement instanceof Settlement.ReturnedAlone)) {
            forget(row);
        }
        switch (settlement) {
            case Settlement.Marked marked -> unmarked--;
            case Settlement.Unmarked givenUp -> unmarked--;
            case Settlement.Returned returned -> complete(row, queue -> queue.takeBack(row), nowNanos);
            case Settlement.ReturnedAlone alone ->
                complete(
                        row,
                        queue -> {
                            queue.takeBack(row);
                            queue.sendAlone();
                        },
                        nowNanos);
            case Settlement.Abandoned abandoned ->
                complete(row, queue -> queue.removeWaiting().forEach(waiting -> forget(waiting)), nowNanos);
            case Settlement.Deferred deferral -> complete(row, queue -> defer(row, deferral.untilNanos()), nowNanos);
            case Settlement.DeadLettered deadLettered ->
                complete(row, queue -> queue.acknowledge(row.version()), nowNanos);
            case Settlement.Dropped dropped -> complete(row, queue -> {}, nowNanos);
        }
    }

    private void complete(OutboxRow row, Consumer<AggregateQueue> change, long nowNanos) {
        AggregateQueue queue = queues.get(row.aggregate());
        if (queue == null || !queue.complete(row)) {
            throw new IllegalStateException("The row is not in flight: " + row.aggregate() + " " + row.version());
        }
        change.accept(queue);
        schedule(queue);
        removeIfEmpty(queue, nowNanos);
    }

    private void removeIfEmpty(AggregateQueue queue, long nowNanos) {
        if (queue.isEmpty()) {
            queues.remove(queue.aggregate);
            unschedule(queue);
            acknowledgements.raise(queue.aggregate, queue.acknowledgedVersion());
            deferred.releaseOverflow(queue.aggregate, nowNanos);
        }
    }

    private void unschedule(AggregateQueue queue) {
        if (queue.scheduled) {
            uncheckedQueues.remove(queue);
            ready.remove(queue);
            queue.scheduled = false;
        }
    }

    /** Defers the aggregate of a row that is not in memory, with all rows of it that wait in memory. */
    private void defer(OutboxRow row, long untilNanos) {
        Aggregate aggregate = row.aggregate();
        AggregateQueue queue = queues.get(aggregate);
        if (queue != null) {
            for (OutboxRow removed : queue.removeWaiting()) {
                forget(removed);
                deferred.deferRow(removed, untilNanos);
            }
            unschedule(queue);
            if (queue.isEmpty()) {
                queues.remove(aggregate);
                acknowledgements.raise(aggregate, queue.acknowledgedVersion());
            }
        }
        deferred.deferRow(row, untilNanos);
    }

    /**
     * Removes all waiting rows of the matching aggregates from memory. A row in flight stays until its outcome arrives.
     */
    public void removeWaiting(Predicate<Aggregate> matching, Consumer<OutboxRow> each, long nowNanos) {
        for (AggregateQueue queue : List.copyOf(queues.values())) {
            if (matching.test(queue.aggregate)) {
                removeWaiting(queue, each, nowNanos);
            }
        }
    }

    /** Removes all waiting rows of one aggregate from memory. */
    public void removeWaiting(Aggregate aggregate, Consumer<OutboxRow> each, long nowNanos) {
        AggregateQueue queue = queues.get(aggregate);
        if (queue != null) {
            removeWaiting(queue, each, nowNanos);
        }
    }

    private void removeWaiting(AggregateQueue queue, Consumer<OutboxRow> each, long nowNanos) {
        for (OutboxRow row : queue.removeWaiting()) {
            forget(row);
            each.accept(row);
        }
        unschedule(queue);
        removeIfEmpty(queue, nowNanos);
    }

    /** Removes a shard that this instance no longer serves. */
    public void removeShard(int shard, long nowNanos) {
        removeWaiting(aggregate -> aggregate.shard() == shard, row -> {}, nowNanos);
        deferred.removeShard(shard);
    }

    /** Returns the number of the shard's rows that are in flight or whose outcome is not written yet. */
    public int unsettled(int shard) {
        return ready.unsettled(shard);
    }

    /** Returns whether the order allows a row of the shard now. */
    public boolean hasReady(int shard) {
        return ready.hasReady(shard);
    }
}
