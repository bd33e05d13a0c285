package dev.studybuddy.publisher.ordering;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Applies the predecessor rule and the session rule to the rows in memory. It reads no clock and does no input or
 * output: each time is a parameter.
 */
public final class Ordering {

    /** An admission states what happened to a row that was read. */
    public enum Admission {
        ADMITTED,
        /** The row is in memory already. */
        PRESENT,
        /**
         * The row stays in the table, because its aggregate is deferred, the row is on hold, its topic or partition is
         * blocked, or its type is paused.
         */
        SKIPPED,
        /**
         * The row may be sent, but the rows of its aggregate exceed the memory, and there is no room to defer the
         * aggregate. The shard's reading stops before this row until rows in memory are sent.
         */
        STOP
    }

    private final OrderingBounds bounds;
    private final RowMemory memory;
    private final QueueSchedule schedule;
    private final DeferredAggregates deferred;
    private final SkippedHolds skippedHolds = new SkippedHolds();
    private final RowAdmitter admitter;
    private final PredecessorCheck predecessorCheck;

    /** Creates an ordering without rows. */
    public Ordering(OrderingBounds bounds) {
        this.bounds = bounds;
        this.memory = new RowMemory(bounds.acknowledgements());
        this.schedule = new QueueSchedule(bounds.followersOfOne());
        this.deferred = new DeferredAggregates(bounds.deferredAggregates());
        this.admitter = new RowAdmitter(bounds, memory, schedule, deferred, skippedHolds);
        this.predecessorCheck = new PredecessorCheck(memory, schedule, admitter);
    }

    /** Returns the aggregates whose rows left memory until they are read again. */
    public DeferredAggregates deferred() {
        return deferred;
    }

    /** Returns the rows that stay in the table because they must wait and no further aggregate could be deferred. */
    public SkippedHolds skippedHolds() {
        return skippedHolds;
    }

    /** Returns the number of rows in memory: waiting, in flight, or acknowledged and not yet marked. */
    public int size() {
        return memory.size();
    }

    /** Returns the approximate number of bytes of the rows in memory. */
    public long bytes() {
        return memory.bytes();
    }

    /** Returns whether a row is in memory. */
    public boolean isPresent(RowKey key) {
        return memory.contains(key);
    }

    /**
     * Returns the ids of the rows in memory by shard.
     *
     * @param limit the map is empty if more rows than this number are in memory
     */
    public Map<Integer, List<UUID>> presentIds(int limit) {
        return memory.size() > limit ? Map.of() : memory.idsByShard();
    }

    /** Admits a row to memory, or returns the reason why it is not admitted. */
    public Admission admit(OutboxRow row, long nowNanos) {
        return admitter.admit(row, deferred.hasRoom(), nowNanos);
    }

    /**
     * Defers the aggregate of a row whose content was not read until a monotonic time in nanoseconds.
     *
     * @return whether the aggregate was deferred; if not, the caller skips this row, or stops the reading before it
     */
    public boolean deferUnread(OutboxRow row, long untilNanos) {
        boolean mayDefer = admitter.mayDefer(row.aggregate());
        if (mayDefer) {
            admitter.defer(row, untilNanos);
        }
        return mayDefer;
    }

    /**
     * Skips a row whose content could not be read and whose aggregate cannot be deferred for lack of room. A sweep
     * reads the row again after a monotonic time in nanoseconds.
     */
    public void skipUnread(OutboxRow row, long untilNanos) {
        admitter.skip(row, untilNanos);
    }

    /**
     * Admits a row of an aggregate that was deferred until now. If the row cannot be admitted, the aggregate is
     * deferred again even if there is no room.
     */
    public Admission readmit(OutboxRow row, long nowNanos) {
        return admitter.admit(row, true, nowNanos);
    }

    /**
     * Sets the open producer session. Rows in flight of an earlier session have no further successors in it.
     *
     * @param session the number of the session
     */
    public void useProducerSession(long session) {
        schedule.useProducerSession(session);
    }

    /**
     * Returns the predecessors whose state must be read now. The rows that need these predecessors were read before, so
     * a read that starts now also finds a pending predecessor that was committed before them.
     */
    public List<Predecessor> predecessorsToCheck(int limit) {
        return schedule.predecessors(limit);
    }

    /** Applies the rows that were read for the requested predecessors. */
    public void applyPredecessors(List<Predecessor> requested, List<PredecessorRow> rows, long nowNanos) {
        predecessorCheck.apply(requested, rows, nowNanos);
    }

    /**
     * Returns the next row of the shard that the order allows, which is in flight from now on, or null if there is
     * none.
     *
     * @param mayBeginChain returns whether a new chain of an aggregate may begin
     */
    @Nullable
    public Dispatch dispatch(int shard, Predicate<Aggregate> mayBeginChain, long nowNanos) {
        AggregateQueue queue = schedule.pollReady(shard);
        if (queue == null) {
            return null;
        }
        long session = schedule.session();
        boolean chained = queue.isChained(session, mayBeginChain.test(queue.aggregate));
        OutboxRow row = queue.dispatch(session, chained);
        memory.addUnfinished(shard, 1);
        schedule.add(queue);
        releaseOverflow(queue, nowNanos);
        return new Dispatch(row, chained);
    }

    /** Makes the rest of an overflowing aggregate due when half of its followers are sent. */
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
        memory.addUnmarked(1);
        complete(
                row,
                queue -> {
                    queue.acknowledge(row.version());
                    queue.allowChain();
                },
                nowNanos);
    }

    /** Finishes the dispatch of a row that is in flight, or that is acknowledged and not yet marked. */
    public void finishDispatch(OutboxRow row, DispatchOutcome outcome, long nowNanos) {
        memory.addUnfinished(row.aggregate().shard(), -1);
        if (!(outcome instanceof DispatchOutcome.Returned || outcome instanceof DispatchOutcome.ReturnedAlone)) {
            memory.remove(row);
        }
        switch (outcome) {
            case DispatchOutcome.Marked marked -> memory.addUnmarked(-1);
            case DispatchOutcome.Unmarked unmarked -> memory.addUnmarked(-1);
            case DispatchOutcome.Returned returned -> complete(row, queue -> queue.takeBack(row), nowNanos);
            case DispatchOutcome.ReturnedAlone alone ->
                complete(
                        row,
                        queue -> {
                            queue.takeBack(row);
                            queue.preventChain();
                        },
                        nowNanos);
            case DispatchOutcome.Abandoned abandoned ->
                complete(row, queue -> queue.removeWaiting().forEach(memory::remove), nowNanos);
            case DispatchOutcome.Deferred deferral ->
                complete(row, queue -> admitter.defer(row, deferral.untilNanos()), nowNanos);
            case DispatchOutcome.DeadLettered deadLettered ->
                complete(row, queue -> queue.acknowledge(row.version()), nowNanos);
            case DispatchOutcome.Dropped dropped -> complete(row, queue -> {}, nowNanos);
        }
    }

    private void complete(OutboxRow row, Consumer<AggregateQueue> change, long nowNanos) {
        AggregateQueue queue = memory.queue(row.aggregate());
        if (queue == null || !queue.complete(row)) {
            throw new IllegalStateException("The row is not in flight: " + row.aggregate() + " " + row.version());
        }
        change.accept(queue);
        schedule.add(queue);
        removeIfEmpty(queue, nowNanos);
    }

    private void removeIfEmpty(AggregateQueue queue, long nowNanos) {
        if (memory.removeIfEmpty(queue)) {
            schedule.remove(queue);
            deferred.releaseOverflow(queue.aggregate, nowNanos);
        }
    }

    /**
     * Removes all waiting rows of the matching aggregates from memory. A row in flight stays until its outcome arrives.
     */
    public void removeWaiting(Predicate<Aggregate> matching, Consumer<OutboxRow> each, long nowNanos) {
        for (AggregateQueue queue : List.copyOf(memory.queues())) {
            if (matching.test(queue.aggregate)) {
                removeWaiting(queue, each, nowNanos);
            }
        }
    }

    /** Removes all waiting rows of one aggregate from memory. */
    public void removeWaiting(Aggregate aggregate, Consumer<OutboxRow> each, long nowNanos) {
        AggregateQueue queue = memory.queue(aggregate);
        if (queue != null) {
            removeWaiting(queue, each, nowNanos);
        }
    }

    private void removeWaiting(AggregateQueue queue, Consumer<OutboxRow> each, long nowNanos) {
        for (OutboxRow row : queue.removeWaiting()) {
            memory.remove(row);
            each.accept(row);
        }
        schedule.remove(queue);
        removeIfEmpty(queue, nowNanos);
    }

    /** Removes a shard that this instance no longer serves. */
    public void removeShard(int shard, long nowNanos) {
        removeWaiting(aggregate -> aggregate.shard() == shard, row -> {}, nowNanos);
        deferred.removeShard(shard);
        skippedHolds.removeShard(shard);
    }

    /** Returns the number of the shard's rows that are in flight or whose outcome is not written yet. */
    public int countUnfinished(int shard) {
        return memory.countUnfinished(shard);
    }

    /** Returns whether a row of an aggregate waits in memory or is in flight. */
    public boolean hasRows(Aggregate aggregate) {
        return memory.queue(aggregate) != null;
    }

    /** Returns whether the order allows a row of the shard now. */
    public boolean hasReady(int shard) {
        return schedule.hasReady(shard);
    }
}
