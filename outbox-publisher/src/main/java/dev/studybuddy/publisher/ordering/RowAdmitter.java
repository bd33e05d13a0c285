package dev.studybuddy.publisher.ordering;

/**
 * Admits rows that were read to memory, or defers their aggregates. A row waits in memory until it is sent; the rows of
 * a deferred aggregate stay in the table.
 */
final class RowAdmitter {

    private final OrderingBounds bounds;
    private final RowMemory memory;
    private final QueueSchedule schedule;
    private final DeferredAggregates deferred;

    RowAdmitter(OrderingBounds bounds, RowMemory memory, QueueSchedule schedule, DeferredAggregates deferred) {
        this.bounds = bounds;
        this.memory = memory;
        this.schedule = schedule;
        this.deferred = deferred;
    }

    /**
     * Admits a row, or returns the reason why it is not admitted.
     *
     * @param roomToDefer whether a further aggregate may be deferred
     */
    Ordering.Admission admit(OutboxRow row, boolean roomToDefer, long nowNanos) {
        Aggregate aggregate = row.aggregate();
        if (memory.contains(row.key())) {
            return Ordering.Admission.PRESENT;
        }
        if (deferred.contains(aggregate)) {
            deferred.include(row);
            return Ordering.Admission.SKIPPED;
        }
        AggregateQueue queue = memory.queue(aggregate);
        boolean onHold = row.delayNanos() > 0;
        boolean full = queue != null
                && (queue.waitingCount() >= bounds.followersOfOne() || memory.followers() >= bounds.followers());
        if ((onHold || full) && !roomToDefer) {
            return Ordering.Admission.STOP;
        }
        if (onHold) {
            defer(row, nowNanos + row.delayNanos());
            return Ordering.Admission.SKIPPED;
        }
        if (full) {
            deferred.deferOverflow(aggregate, row.version());
            return Ordering.Admission.SKIPPED;
        }
        insert(row);
        return Ordering.Admission.ADMITTED;
    }

    /** Admits a pending predecessor of a row in memory, or defers the aggregate if the predecessor is on hold. */
    void admitPredecessor(OutboxRow row, long nowNanos) {
        if (memory.contains(row.key())) {
            return;
        }
        if (row.delayNanos() > 0) {
            defer(row, nowNanos + row.delayNanos());
        } else {
            insert(row);
        }
    }

    private void insert(OutboxRow row) {
        AggregateQueue queue = memory.add(row);
        if (schedule.isReady(queue)) {
            // A lower version may have arrived that is ready and needs no check of a predecessor.
            schedule.endCheck(queue);
        }
        schedule.add(queue);
    }

    /** Defers the aggregate of a row that is not in memory, with all rows of it that wait in memory. */
    void defer(OutboxRow row, long untilNanos) {
        AggregateQueue queue = memory.queue(row.aggregate());
        if (queue != null) {
            for (OutboxRow removed : queue.removeWaiting()) {
                memory.remove(removed);
                deferred.deferRow(removed, untilNanos);
            }
            schedule.remove(queue);
            memory.removeIfEmpty(queue);
        }
        deferred.deferRow(row, untilNanos);
    }
}
