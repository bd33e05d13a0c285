package dev.studybuddy.publisher.ordering;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Holds the aggregates whose rows left memory, until they are read again by primary key. An aggregate is deferred until
 * a time (a hold), or until its queue has room again because it has more rows than memory keeps (an overflow).
 * {@link #hasRoom()} bounds the number: if there is no room, rows that would add an aggregate are not read.
 */
public final class DeferredAggregates {

    /** An overflow has this due time: it becomes due when the queue has room again, not at a time. */
    private static final long WHEN_QUEUE_HAS_ROOM = Long.MAX_VALUE;

    private final Map<Aggregate, Entry> entries = new HashMap<>();
    private final PriorityQueue<Entry> byDueTime =
            new PriorityQueue<>((a, b) -> Long.compare(a.dueAtNanos, b.dueAtNanos));
    private final int bound;

    /** This aggregate must be read again from this version on. */
    public record DueAggregate(Aggregate aggregate, long lowestVersion) {}

    private static final class Entry {
        final Aggregate aggregate;
        long lowestVersion;
        long dueAtNanos;

        Entry(Aggregate aggregate, long lowestVersion, long dueAtNanos) {
            this.aggregate = aggregate;
            this.lowestVersion = lowestVersion;
            this.dueAtNanos = dueAtNanos;
        }
    }

    DeferredAggregates(int bound) {
        this.bound = bound;
    }

    boolean hasRoom() {
        return entries.size() < bound;
    }

    /** Returns whether an aggregate is deferred. */
    public boolean contains(Aggregate aggregate) {
        return entries.containsKey(aggregate);
    }

    /** Records that a row of a deferred aggregate was read and stays in the table. */
    void includeVersion(Aggregate aggregate, long version) {
        Entry entry = entries.get(aggregate);
        if (entry != null) {
            entry.lowestVersion = Math.min(entry.lowestVersion, version);
        }
    }

    /** Defers an aggregate until a monotonic time in nanoseconds. */
    public void defer(Aggregate aggregate, long version, long untilNanos) {
        put(aggregate, version, untilNanos);
    }

    /** Defers an aggregate until its queue has room again. If it is already deferred, it keeps its due time. */
    public void deferOverflow(Aggregate aggregate, long version) {
        if (contains(aggregate)) {
            includeVersion(aggregate, version);
        } else {
            put(aggregate, version, WHEN_QUEUE_HAS_ROOM);
        }
    }

    /** Makes an overflow due, because the aggregate's queue has room again. A hold keeps its time. */
    void releaseOverflow(Aggregate aggregate, long nowNanos) {
        Entry entry = entries.get(aggregate);
        if (entry != null && entry.dueAtNanos == WHEN_QUEUE_HAS_ROOM) {
            put(aggregate, entry.lowestVersion, nowNanos);
        }
    }

    private void put(Aggregate aggregate, long version, long dueAtNanos) {
        Entry previous = entries.get(aggregate);
        long lowest = previous == null ? version : Math.min(previous.lowestVersion, version);
        Entry entry = new Entry(aggregate, lowest, dueAtNanos);
        entries.put(aggregate, entry);
        if (dueAtNanos != WHEN_QUEUE_HAS_ROOM) {
            byDueTime.add(entry);
        }
    }

    /** Returns the aggregate that is due next without removing it, or null if none is due. */
    @Nullable
    public DueAggregate nextDue(long nowNanos) {
        Entry entry = nextEntry();
        return entry == null || entry.dueAtNanos - nowNanos > 0
                ? null
                : new DueAggregate(entry.aggregate, entry.lowestVersion);
    }

    /**
     * Returns the monotonic time in nanoseconds at which the next aggregate is due, or null if none has a due time.
     */
    @Nullable
    public Long nextNanos() {
        Entry entry = nextEntry();
        return entry == null ? null : entry.dueAtNanos;
    }

    private @Nullable Entry nextEntry() {
        Entry entry = byDueTime.peek();
        while (entry != null && entries.get(entry.aggregate) != entry) {
            byDueTime.remove();
            entry = byDueTime.peek();
        }
        return entry;
    }

    /** Removes an aggregate, because it is read again or its topic is blocked. */
    public void remove(Aggregate aggregate) {
        entries.remove(aggregate);
    }

    /** Makes all holds of a shard due, because an operator requested a sweep. */
    public void makeShardDue(int shard, long nowNanos) {
        List<Entry> holds = entries.values().stream()
                .filter(entry -> entry.aggregate.shard() == shard && entry.dueAtNanos != WHEN_QUEUE_HAS_ROOM)
                .toList();
        holds.forEach(entry -> put(entry.aggregate, entry.lowestVersion, nowNanos));
    }

    void removeShard(int shard) {
        entries.keySet().removeIf(aggregate -> aggregate.shard() == shard);
    }

    /** Returns the number of deferred aggregates. */
    public int size() {
        return entries.size();
    }
}
