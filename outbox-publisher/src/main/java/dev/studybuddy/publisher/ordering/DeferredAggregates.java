package dev.studybuddy.publisher.ordering;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Holds the aggregates whose rows left memory, until they are read again by primary key. An aggregate is deferred until
 * a time (a hold), or until its queue has room again because it has more rows than memory keeps (an overflow). {@link
 * #hasRoom()} bounds the number of aggregates. While there is no room, a row on hold that would add an aggregate is
 * skipped, and the reading of a shard stops before any other row that would add one.
 *
 * <p>If exactly one row of an aggregate left memory, that row is read again by its key, together with those of many
 * other aggregates. As soon as a second row is left in the table, the aggregate is read from its lowest version on.
 */
public final class DeferredAggregates {

    /** An overflow has this due time: it becomes due when the queue has room again, not at a time. */
    private static final long WHEN_QUEUE_HAS_ROOM = Long.MAX_VALUE;

    private final Map<Aggregate, Entry> entries = new HashMap<>();
    private final Map<Extent, PriorityQueue<Entry>> byDueTime = new EnumMap<>(Extent.class);
    private final int bound;

    /** A due aggregate must be read again from its lowest version on. */
    public record DueAggregate(Aggregate aggregate, long lowestVersion) {}

    /** The extent of a deferred aggregate states which of its rows must be read again. */
    public enum Extent {
        /** Only one row left memory, and its content is short. */
        ROW,
        /** Only one row left memory, and its content is long or could not be read with other rows. */
        LARGE_ROW,
        /** Several rows may have left memory, so all rows from the lowest version on are read. */
        VERSIONS
    }

    private static final class Entry {
        final Aggregate aggregate;
        final Extent extent;
        final @Nullable RowKey row;
        long lowestVersion;
        final long dueAtNanos;

        Entry(Aggregate aggregate, Extent extent, @Nullable RowKey row, long lowestVersion, long dueAtNanos) {
            this.aggregate = aggregate;
            this.extent = extent;
            this.row = row;
            this.lowestVersion = lowestVersion;
            this.dueAtNanos = dueAtNanos;
        }

        boolean isDue(long nowNanos) {
            return dueAtNanos - nowNanos <= 0;
        }
    }

    DeferredAggregates(int bound) {
        this.bound = bound;
        for (Extent extent : Extent.values()) {
            byDueTime.put(extent, new PriorityQueue<>((a, b) -> Long.compare(a.dueAtNanos, b.dueAtNanos)));
        }
    }

    /** Returns whether a page or a predecessor may add a further aggregate. */
    public boolean hasRoom() {
        return entries.size() < bound;
    }

    /** Returns whether an aggregate is deferred. */
    public boolean contains(Aggregate aggregate) {
        return entries.containsKey(aggregate);
    }

    /** Returns whether an aggregate is deferred until a time. */
    public boolean isOnHold(Aggregate aggregate) {
        Entry entry = entries.get(aggregate);
        return entry != null && entry.dueAtNanos != WHEN_QUEUE_HAS_ROOM;
    }

    /** Records that a row of a deferred aggregate was read and stays in the table. */
    void include(OutboxRow row) {
        Entry entry = entries.get(row.aggregate());
        if (entry == null) {
            return;
        }
        if (entry.extent == Extent.VERSIONS) {
            entry.lowestVersion = Math.min(entry.lowestVersion, row.version());
        } else if (!row.key().equals(entry.row)) {
            put(row.aggregate(), Extent.VERSIONS, null, row.version(), entry.dueAtNanos);
        }
    }

    /** Defers an aggregate until a monotonic time in nanoseconds. It is read from the version on. */
    public void defer(Aggregate aggregate, long version, long untilNanos) {
        put(aggregate, Extent.VERSIONS, null, version, untilNanos);
    }

    /**
     * Defers an aggregate until a monotonic time in nanoseconds. If no other row of it left memory, only this row is
     * read.
     */
    public void deferRow(OutboxRow row, long untilNanos) {
        Entry previous = entries.get(row.aggregate());
        boolean onlyRow = previous == null || row.key().equals(previous.row);
        Extent extent = row.isLarge() ? Extent.LARGE_ROW : Extent.ROW;
        put(row.aggregate(), onlyRow ? extent : Extent.VERSIONS, onlyRow ? row.key() : null, row.version(), untilNanos);
    }

    /** Defers an aggregate until its queue has room again. If it is already deferred, it keeps its due time. */
    public void deferOverflow(Aggregate aggregate, long version) {
        Entry entry = entries.get(aggregate);
        put(aggregate, Extent.VERSIONS, null, version, entry == null ? WHEN_QUEUE_HAS_ROOM : entry.dueAtNanos);
    }

    /**
     * Sets the monotonic time in nanoseconds at which a deferred aggregate is due, which may be earlier or later than
     * before. An aggregate that is not deferred stays so.
     */
    public void setDueTime(Aggregate aggregate, long dueAtNanos) {
        Entry entry = entries.get(aggregate);
        if (entry != null) {
            put(aggregate, entry.extent, entry.row, entry.lowestVersion, dueAtNanos);
        }
    }

    /** Makes an overflow due, because the aggregate's queue has room again. A hold keeps its time. */
    void releaseOverflow(Aggregate aggregate, long nowNanos) {
        Entry entry = entries.get(aggregate);
        if (entry != null && entry.dueAtNanos == WHEN_QUEUE_HAS_ROOM) {
            put(aggregate, entry.extent, entry.row, entry.lowestVersion, nowNanos);
        }
    }

    private void put(Aggregate aggregate, Extent extent, @Nullable RowKey row, long version, long dueAtNanos) {
        Entry previous = entries.get(aggregate);
        long lowest = previous == null ? version : Math.min(previous.lowestVersion, version);
        Entry entry = new Entry(aggregate, extent, row, lowest, dueAtNanos);
        entries.put(aggregate, entry);
        if (dueAtNanos != WHEN_QUEUE_HAS_ROOM) {
            PriorityQueue<Entry> queue = queue(extent);
            queue.add(entry);
            // A replaced entry otherwise stays in the queue until its due time, which can be an hour later.
            if (queue.size() > 2 * Math.max(bound, entries.size())) {
                queue.removeIf(queued -> !isPresent(queued));
            }
        }
    }

    private boolean isPresent(Entry entry) {
        return entries.get(entry.aggregate) == entry;
    }

    /** Returns the number of entries in the queues, including replaced ones. */
    int queuedEntries() {
        return byDueTime.values().stream().mapToInt(PriorityQueue::size).sum();
    }

    private PriorityQueue<Entry> queue(Extent extent) {
        return Objects.requireNonNull(byDueTime.get(extent));
    }

    /**
     * Returns the next due aggregate that must be read from a version on, because several of its rows may have left
     * memory. The aggregate stays deferred. The result is null if none is due.
     */
    @Nullable
    public DueAggregate nextDue(long nowNanos) {
        Entry entry = nextEntry(Extent.VERSIONS);
        return entry == null || !entry.isDue(nowNanos) ? null : new DueAggregate(entry.aggregate, entry.lowestVersion);
    }

    /**
     * Returns the rows that are due and are the only ones of their aggregates that left memory, without removing their
     * aggregates. The row that has been due for the longest time is the first.
     *
     * @param large whether to return rows with a long content, or those with a short one
     * @param limit the maximum number of rows
     */
    public List<RowKey> dueRows(boolean large, int limit, long nowNanos) {
        Extent extent = large ? Extent.LARGE_ROW : Extent.ROW;
        List<Entry> due = new ArrayList<>();
        Entry next = nextEntry(extent);
        while (next != null && next.isDue(nowNanos) && due.size() < limit) {
            due.add(queue(extent).remove());
            next = nextEntry(extent);
        }
        queue(extent).addAll(due);
        List<RowKey> rows = new ArrayList<>(due.size());
        for (Entry entry : due) {
            if (entry.row != null) {
                rows.add(entry.row);
            }
        }
        return rows;
    }

    /**
     * Returns the monotonic time in nanoseconds at which the next aggregate is due, or null if none has a due time.
     *
     * @param large whether to include rows with a long content
     */
    @Nullable
    public Long nextNanos(boolean large) {
        Long next = null;
        for (Extent extent : Extent.values()) {
            Entry entry = nextEntry(extent);
            boolean included = large || extent != Extent.LARGE_ROW;
            if (included && entry != null && (next == null || entry.dueAtNanos - next < 0)) {
                next = entry.dueAtNanos;
            }
        }
        return next;
    }

    private @Nullable Entry nextEntry(Extent extent) {
        PriorityQueue<Entry> queue = queue(extent);
        Entry entry = queue.peek();
        while (entry != null && !isPresent(entry)) {
            queue.remove();
            entry = queue.peek();
        }
        return entry;
    }

    /** Removes an aggregate, because it is read again, its topic or partition is blocked, or its type is paused. */
    public void remove(Aggregate aggregate) {
        entries.remove(aggregate);
    }

    /** Makes all holds of a shard due, because an operator requested a sweep. */
    public void makeShardDue(int shard, long nowNanos) {
        List<Entry> holds = entries.values().stream()
                .filter(entry -> entry.aggregate.shard() == shard && entry.dueAtNanos != WHEN_QUEUE_HAS_ROOM)
                .toList();
        holds.forEach(entry -> put(entry.aggregate, entry.extent, entry.row, entry.lowestVersion, nowNanos));
    }

    void removeShard(int shard) {
        entries.keySet().removeIf(aggregate -> aggregate.shard() == shard);
    }

    /** Returns the number of deferred aggregates. */
    public int size() {
        return entries.size();
    }
}
