package dev.studybuddy.publisher.ordering;

import java.util.List;

/**
 * Admits to memory the rows that were read, or defers their aggregates. A row waits in memory until it is sent; the
 * rows of a deferred aggregate stay in the table. A row on hold whose aggregate cannot be deferred for lack of room is
 * skipped.
 */
final class RowAdmitter {

    private final OrderingBounds bounds;
    private final RowMemory memory;
    private final QueueSchedule schedule;
    private final DeferredAggregates deferred;
    private final SkippedHolds skipped;

    RowAdmitter(
            OrderingBounds bounds,
            RowMemory memory,
            QueueSchedule schedule,
            DeferredAggregates deferred,
            SkippedHolds skipped) {
        this.bounds = bounds;
        this.memory = memory;
        this.schedule = schedule;
        this.deferred = deferred;
        this.skipped = skipped;
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
        if (row.delayNanos() > 0) {
            long untilNanos = nowNanos + row.delayNanos();
            if (roomToDefer) {
                defer(row, untilNanos);
            } else {
                // Later versions may stay in memory, because each of them waits for its predecessor.
                skipped.add(row, untilNanos);
            }
            return Ordering.Admission.SKIPPED;
        }
        boolean full = queue != null
                && (queue.waitingCount() >= bounds.followersOfOne() || memory.followers() >= bounds.followers());
        if (full && !roomToDefer) {
            return Ordering.Admission.STOP;
        }
        if (full) {
            deferred.deferOverflow(aggregate, row.version());
            return Ordering.Admission.SKIPPED;
        }
        insert(row);
        return Ordering.Admission.ADMITTED;
    }

    /**
     * Admits a pending predecessor of a row in memory. If the predecessor is on hold, the rows of the aggregate leave
     * memory until it is due.
     */
    void admitPredecessor(OutboxRow row, long nowNanos) {
        if (memory.contains(row.key())) {
            return;
        }
        long untilNanos = nowNanos + row.delayNanos();
        if (row.delayNanos() == 0) {
            insert(row);
        } else if (mayDefer(row.aggregate())) {
            defer(row, untilNanos);
        } else {
            skip(row, untilNanos);
        }
    }

    /** Returns whether there is room to defer an aggregate, or whether it is deferred already. */
    boolean mayDefer(Aggregate aggregate) {
        return deferred.hasRoom() || deferred.contains(aggregate);
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
        removeWaiting(row.aggregate()).forEach(removed -> deferred.deferRow(removed, untilNanos));
        deferred.deferRow(row, untilNanos);
    }

    /**
     * Skips a row that is not in memory, with all rows of its aggregate that wait in memory. A sweep reads them again
     * when the row is due.
     */
    void skip(OutboxRow row, long untilNanos) {
        removeWaiting(row.aggregate()).forEach(removed -> skipped.addFollower(removed, untilNanos));
        skipped.add(row, untilNanos);
    }

    private List<OutboxRow> removeWaiting(Aggregate aggregate) {
        AggregateQueue queue = memory.queue(aggregate);
        if (queue == null) {
            return List.of();
        }
        List<OutboxRow> waiting = queue.removeWaiting();
        waiting.forEach(memory::remove);
        schedule.remove(queue);
        memory.removeIfEmpty(queue);
        return waiting;
    }
}
