package dev.studybuddy.publisher.ordering;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides by the state of a predecessor whether the next version of its aggregate may be sent: the predecessor has no
 * row, one of its rows is processed, or one is acknowledged and not yet marked. A pending predecessor is admitted
 * instead, so that it is sent first.
 */
final class PredecessorCheck {

    private final RowMemory memory;
    private final QueueSchedule schedule;
    private final RowAdmitter admitter;

    PredecessorCheck(RowMemory memory, QueueSchedule schedule, RowAdmitter admitter) {
        this.memory = memory;
        this.schedule = schedule;
        this.admitter = admitter;
    }

    /** Applies the rows that were read for the requested predecessors. */
    void apply(List<Predecessor> requested, List<PredecessorRow> rows, long nowNanos) {
        Map<Predecessor, List<PredecessorRow>> found = new HashMap<>();
        rows.forEach(row -> found.computeIfAbsent(row.predecessor(), key -> new ArrayList<>())
                .add(row));
        for (Predecessor predecessor : requested) {
            AggregateQueue queue = memory.queue(predecessor.aggregate());
            if (queue == null || !schedule.endCheck(queue)) {
                continue;
            }
            List<PredecessorRow> states = found.getOrDefault(predecessor, List.of());
            if (states.isEmpty()
                    || states.stream().anyMatch(row -> row.pending() == null || isUnmarked(row.pending(), queue))) {
                queue.acknowledge(predecessor.version());
            } else {
                states.forEach(row -> admit(row, nowNanos));
            }
            schedule.add(queue);
        }
    }

    private void admit(PredecessorRow row, long nowNanos) {
        OutboxRow pending = row.pending();
        if (pending != null) {
            admitter.admitPredecessor(pending, nowNanos);
        }
    }

    /**
     * Returns whether a pending row is acknowledged and not yet marked. In that case, its record is on the topic, and the
     * next version may follow it.
     *
     * <p>A row enters memory only as a waiting row of its queue, and it leaves the waiting rows only to be in flight or
     * to leave memory. It leaves the rows in flight in three ways: it waits again, it leaves memory, or it is
     * acknowledged. An acknowledged row leaves memory when it has its dispatch outcome. Therefore, a row that is in
     * memory, but neither waits nor is in flight in the queue of its aggregate, is acknowledged. The acknowledged
     * version of the queue does not show this if the bound of these versions was reached while the row could not be
     * marked.
     */
    private boolean isUnmarked(OutboxRow row, AggregateQueue queue) {
        return memory.contains(row.key()) && !queue.contains(row.key());
    }
}
