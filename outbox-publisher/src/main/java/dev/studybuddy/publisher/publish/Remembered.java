package dev.studybuddy.publisher.publish;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Aggregates whose rows left memory, until they are read again by primary key: held after a failure, or too many to
 * keep. Bounded by {@link #hasRoom()}, which stops the reading of what would add to it.
 */
final class Remembered {

    /** Opened by the line's last acknowledgement, not by time. */
    private static final long WHEN_LINE_IS_EMPTY = Long.MAX_VALUE;

    private final Map<Aggregate, Entry> entries = new HashMap<>();
    private final PriorityQueue<Entry> byTime = new PriorityQueue<>((a, b) -> Long.compare(a.openAt, b.openAt));
    private final int bound;

    /** An aggregate to be read again from this version on. */
    record Opened(Aggregate aggregate, long lowestVersion) {}

    private static final class Entry {
        final Aggregate aggregate;
        long lowestVersion;
        long openAt;

        Entry(Aggregate aggregate, long lowestVersion, long openAt) {
            this.aggregate = aggregate;
            this.lowestVersion = lowestVersion;
            this.openAt = openAt;
        }
    }

    Remembered(int bound) {
        this.bound = bound;
    }

    boolean hasRoom() {
        return entries.size() < bound;
    }

    boolean contains(Aggregate aggregate) {
        return entries.containsKey(aggregate);
    }

    /** A row of a remembered aggregate was seen and left where it is. */
    void left(Aggregate aggregate, long version) {
        Entry entry = entries.get(aggregate);
        if (entry != null) {
            entry.lowestVersion = Math.min(entry.lowestVersion, version);
        }
    }

    /** Remembers an aggregate until a monotonic instant. */
    void hold(Aggregate aggregate, long version, long untilNanos) {
        put(aggregate, version, untilNanos);
    }

    /** Remembers an aggregate until its rows in memory are gone. */
    void overflow(Aggregate aggregate, long version) {
        if (contains(aggregate)) {
            left(aggregate, version);
        } else {
            put(aggregate, version, WHEN_LINE_IS_EMPTY);
        }
    }

    /** The aggregate's rows in memory are gone: what overflowed may be read now; a hold keeps its time. */
    void lineIsEmpty(Aggregate aggregate, long nowNanos) {
        Entry entry = entries.get(aggregate);
        if (entry != null && entry.openAt == WHEN_LINE_IS_EMPTY) {
            put(aggregate, entry.lowestVersion, nowNanos);
        }
    }

    private void put(Aggregate aggregate, long version, long openAt) {
        Entry before = entries.get(aggregate);
        long lowest = before == null ? version : Math.min(before.lowestVersion, version);
        Entry entry = new Entry(aggregate, lowest, openAt);
        entries.put(aggregate, entry);
        if (openAt != WHEN_LINE_IS_EMPTY) {
            byTime.add(entry);
        }
    }

    /** The next aggregate that is due, without forgetting it; null when none is. */
    @Nullable
    Opened due(long nowNanos) {
        Entry entry = next();
        return entry == null || entry.openAt - nowNanos > 0 ? null : new Opened(entry.aggregate, entry.lowestVersion);
    }

    /** When the next aggregate opens; null when none does by time. */
    @Nullable
    Long nextNanos() {
        Entry entry = next();
        return entry == null ? null : entry.openAt;
    }

    private @Nullable Entry next() {
        Entry entry = byTime.peek();
        while (entry != null && entries.get(entry.aggregate) != entry) {
            byTime.remove();
            entry = byTime.peek();
        }
        return entry;
    }

    void forget(Aggregate aggregate) {
        entries.remove(aggregate);
    }

    /** Opens all that is held of a shard: an operator changed something. */
    void openShard(int shard, long nowNanos) {
        List<Entry> held = entries.values().stream()
                .filter(entry -> entry.aggregate.shard() == shard && entry.openAt != WHEN_LINE_IS_EMPTY)
                .toList();
        held.forEach(entry -> put(entry.aggregate, entry.lowestVersion, nowNanos));
    }

    void forgetShard(int shard) {
        entries.keySet().removeIf(aggregate -> aggregate.shard() == shard);
    }

    int size() {
        return entries.size();
    }
}
