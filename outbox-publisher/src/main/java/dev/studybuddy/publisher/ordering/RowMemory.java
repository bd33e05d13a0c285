package dev.studybuddy.publisher.ordering;

import dev.studybuddy.outbox.Shards;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Holds the rows in memory by aggregate. A row is in memory while it waits, while it is in flight, and while it is
 * acknowledged and not yet marked. The last acknowledged version of an aggregate stays after its rows left memory. A
 * row is identified by its whole key, because a writer may use the id of an event twice.
 */
final class RowMemory {

    private final Map<Aggregate, AggregateQueue> queues = new HashMap<>();
    private final Set<RowKey> keys = new HashSet<>();
    private final int[] unfinished = new int[Shards.COUNT];
    private final AcknowledgedVersions acknowledgements;
    private int unmarked;
    private long bytes;

    /**
     * @param acknowledgements the number of aggregates whose acknowledged version is kept after their rows left memory
     */
    RowMemory(int acknowledgements) {
        this.acknowledgements = new AcknowledgedVersions(acknowledgements);
    }

    /** Returns the number of rows. */
    int size() {
        return keys.size();
    }

    /** Returns the approximate number of bytes of the rows. */
    long bytes() {
        return bytes;
    }

    boolean contains(RowKey key) {
        return keys.contains(key);
    }

    Map<Integer, List<UUID>> idsByShard() {
        Map<Integer, List<UUID>> ids = new HashMap<>();
        for (RowKey key : keys) {
            ids.computeIfAbsent(key.aggregate().shard(), shard -> new ArrayList<>())
                    .add(key.id());
        }
        return ids;
    }

    /**
     * Returns the number of followers: the rows that are not acknowledged, except for the first row of each aggregate.
     */
    int followers() {
        return keys.size() - unmarked - queues.size();
    }

    /** Returns the queue of an aggregate, or null if no row of it waits or is in flight. */
    @Nullable
    AggregateQueue queue(Aggregate aggregate) {
        return queues.get(aggregate);
    }

    Collection<AggregateQueue> queues() {
        return queues.values();
    }

    /** Adds a row to the waiting rows of its aggregate, and returns the queue of the aggregate. */
    AggregateQueue add(OutboxRow row) {
        AggregateQueue queue =
                queues.computeIfAbsent(row.aggregate(), key -> new AggregateQueue(key, acknowledgements.highest(key)));
        queue.add(row);
        if (keys.add(row.key())) {
            bytes += row.approximateBytes();
        }
        return queue;
    }

    /** Removes a row that its queue no longer holds. */
    void remove(OutboxRow row) {
        if (keys.remove(row.key())) {
            bytes -= row.approximateBytes();
        }
    }

    /** Removes a queue without rows, and returns whether it had none. */
    boolean removeIfEmpty(AggregateQueue queue) {
        if (!queue.isEmpty()) {
            return false;
        }
        queues.remove(queue.aggregate);
        acknowledgements.raise(queue.aggregate, queue.acknowledgedVersion());
        return true;
    }

    /** Changes the number of rows that are acknowledged and not yet marked. */
    void addUnmarked(int change) {
        unmarked += change;
    }

    /** Changes the number of a shard's rows that are in flight or whose outcome is not written yet. */
    void addUnfinished(int shard, int change) {
        unfinished[shard] += change;
    }

    int countUnfinished(int shard) {
        return unfinished[shard];
    }
}
