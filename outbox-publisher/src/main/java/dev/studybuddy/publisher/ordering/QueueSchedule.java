package dev.studybuddy.publisher.ordering;

import dev.studybuddy.outbox.Shards;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Schedules each queue for a send if its head is ready, and otherwise for the check of its head's predecessor. A queue
 * whose head waits for the outcome of a row in flight is not scheduled.
 */
final class QueueSchedule {

    private final int maxChain;
    /** Each shard has its ready queues in the order of their arrival. */
    private final List<Queue<AggregateQueue>> ready = new ArrayList<>(Shards.COUNT);

    private final Set<AggregateQueue> unchecked = new LinkedHashSet<>();
    private long session = ProducerSessions.NONE;

    /**
     * @param maxChain the number of rows in flight at which a chain waits
     */
    QueueSchedule(int maxChain) {
        this.maxChain = maxChain;
        for (int shard = 0; shard < Shards.COUNT; shard++) {
            ready.add(new ArrayDeque<>());
        }
    }

    void useProducerSession(long openSession) {
        session = openSession;
    }

    /** Returns the open producer session, or {@link ProducerSessions#NONE} before the first one. */
    long session() {
        return session;
    }

    boolean isReady(AggregateQueue queue) {
        return queue.isReady(session, maxChain);
    }

    boolean hasReady(int shard) {
        return !ready.get(shard).isEmpty();
    }

    /** Schedules a queue, unless it is scheduled already. */
    void add(AggregateQueue queue) {
        if (queue.scheduled || queue.waitingCount() == 0) {
            return;
        }
        if (isReady(queue)) {
            queue.scheduled = true;
            ready.get(queue.aggregate.shard()).add(queue);
        } else if (!queue.hasInFlight()) {
            queue.scheduled = true;
            unchecked.add(queue);
        }
    }

    void remove(AggregateQueue queue) {
        if (queue.scheduled) {
            unchecked.remove(queue);
            ready.get(queue.aggregate.shard()).remove(queue);
            queue.scheduled = false;
        }
    }

    /** Removes a queue that is scheduled for a check, and returns whether it was. */
    boolean endCheck(AggregateQueue queue) {
        boolean removed = unchecked.remove(queue);
        if (removed) {
            queue.scheduled = false;
        }
        return removed;
    }

    /** Removes and returns the next queue of a shard whose head is ready, or returns null if there is none. */
    @Nullable
    AggregateQueue pollReady(int shard) {
        Queue<AggregateQueue> ofShard = ready.get(shard);
        for (AggregateQueue queue = ofShard.poll(); queue != null; queue = ofShard.poll()) {
            queue.scheduled = false;
            if (isReady(queue)) {
                return queue;
            }
            add(queue);
        }
        return null;
    }

    /** Returns the predecessors of the queues that are scheduled for a check. */
    List<Predecessor> predecessors(int limit) {
        List<Predecessor> predecessors = new ArrayList<>();
        for (AggregateQueue queue : unchecked) {
            OutboxRow head = queue.head();
            if (head != null && predecessors.size() < limit) {
                predecessors.add(new Predecessor(queue.aggregate, Math.max(1, head.version() - 1)));
            }
        }
        return predecessors;
    }
}
