package dev.studybuddy.publisher.publish;

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

/** The rows in memory and the rule of their order. No clock but what is given, no input or output. */
final class Ordering {

    /** What became of a row that was read. */
    enum Admission {
        ADMITTED,
        /** In memory already. */
        PRESENT,
        /** Left in the table; its aggregate is remembered. */
        LEFT,
        /** No room to remember it: the shard's reading stops before this row. */
        STOP
    }

    private final PublishSettings.Memory bounds;
    private final Map<Aggregate, Line> lines = new HashMap<>();
    private final Set<UUID> present = new HashSet<>();
    private final ReadyLines ready = new ReadyLines();
    private final Set<Line> unchecked = new LinkedHashSet<>();
    private final Acknowledgements acknowledgements;
    private final Remembered remembered;
    private int unmarked;

    Ordering(PublishSettings.Memory bounds) {
        this.bounds = bounds;
        this.acknowledgements = new Acknowledgements(bounds.acknowledgements());
        this.remembered = new Remembered(bounds.remembered());
    }

    Remembered remembered() {
        return remembered;
    }

    /** Rows in memory: waiting, in flight, or acknowledged and not yet marked. */
    int size() {
        return present.size();
    }

    /** Takes a row that was read into memory, or says why not. */
    Admission admit(OutboxRow row, long nowNanos) {
        return admit(row, remembered.hasRoom(), nowNanos);
    }

    /** The same for a row of an aggregate that was just remembered: what it leaves is remembered again. */
    Admission readmit(OutboxRow row, long nowNanos) {
        return admit(row, true, nowNanos);
    }

    private Admission admit(OutboxRow row, boolean roomToRemember, long nowNanos) {
        Aggregate aggregate = row.aggregate();
        if (present.contains(row.id())) {
            return Admission.PRESENT;
        }
        if (remembered.contains(aggregate)) {
            remembered.left(aggregate, row.version());
            return Admission.LEFT;
        }
        Line line = lines.get(aggregate);
        boolean held = row.heldNanos() > 0;
        boolean full = line != null
                && (line.waiting() >= bounds.followersOfOne()
                        || present.size() - unmarked - lines.size() >= bounds.followers());
        if ((held || full) && !roomToRemember) {
            return Admission.STOP;
        }
        if (held) {
            hold(aggregate, row.version(), nowNanos + row.heldNanos());
            return Admission.LEFT;
        }
        if (full) {
            remembered.overflow(aggregate, row.version());
            return Admission.LEFT;
        }
        insert(row);
        return Admission.ADMITTED;
    }

    private void insert(OutboxRow row) {
        Line line = lines.computeIfAbsent(row.aggregate(), key -> new Line(key, acknowledgements.of(key)));
        line.add(row);
        present.add(row.id());
        if (line.mayFly() && unchecked.remove(line)) {
            // A lower version came after all, and needs no look-up.
            line.queued = false;
        }
        queue(line);
    }

    private void queue(Line line) {
        if (line.queued || line.inFlight() != null || line.waiting() == 0) {
            return;
        }
        line.queued = true;
        if (line.mayFly()) {
            ready.add(line);
        } else {
            unchecked.add(line);
        }
    }

    /** Predecessors whose state must be read now, after the rows that need them. */
    List<Predecessor> unchecked(int limit) {
        List<Predecessor> asked = new ArrayList<>();
        for (Line line : unchecked) {
            OutboxRow head = line.head();
            if (head != null && asked.size() < limit) {
                asked.add(new Predecessor(line.aggregate, Math.max(1, head.version() - 1)));
            }
        }
        return asked;
    }

    /** What was read of the predecessors that were asked for. */
    void answered(List<Predecessor> asked, List<PredecessorRow> rows, long nowNanos) {
        Map<Predecessor, List<PredecessorRow>> found = new HashMap<>();
        rows.forEach(row -> found.computeIfAbsent(row.predecessor(), key -> new ArrayList<>())
                .add(row));
        for (Predecessor predecessor : asked) {
            Line line = lines.get(predecessor.aggregate());
            if (line == null || !unchecked.remove(line)) {
                continue;
            }
            line.queued = false;
            List<PredecessorRow> states = found.getOrDefault(predecessor, List.of());
            // A present row is an acknowledged one here: in the line it would have been the head, or in flight.
            if (states.isEmpty()
                    || states.stream().anyMatch(row -> row.pending() == null || isUnmarked(row.pending(), line))) {
                line.know(predecessor.version());
            } else {
                states.forEach(row -> fetched(row.pending(), nowNanos));
            }
            queue(line);
        }
    }

    private boolean isUnmarked(OutboxRow row, Line line) {
        return present.contains(row.id()) && line.known() >= row.version();
    }

    private void fetched(@Nullable OutboxRow row, long nowNanos) {
        if (row == null || present.contains(row.id())) {
            return;
        }
        if (row.heldNanos() > 0) {
            hold(row.aggregate(), row.version(), nowNanos + row.heldNanos());
        } else {
            insert(row);
        }
    }

    /** The next row of a shard that the order allows, now in flight; null when there is none. */
    @Nullable
    OutboxRow fly(int shard) {
        for (Line line = ready.poll(shard); line != null; line = ready.poll(shard)) {
            line.queued = false;
            if (line.mayFly()) {
                ready.busy(shard, 1);
                return line.fly();
            }
            queue(line);
        }
        return null;
    }

    /** On the topic: the next of its aggregate may go, and the row stays known until it is marked. */
    void acknowledged(OutboxRow row, long nowNanos) {
        unmarked++;
        land(row, line -> line.know(row.version()), nowNanos);
    }

    /** Marked as processed. */
    void marked(OutboxRow row) {
        unmarked--;
        leave(row);
    }

    /** Not sent after all: it waits again, or leaves memory when the shard is not ours any more. */
    void returned(OutboxRow row, boolean keep, long nowNanos) {
        if (keep) {
            ready.busy(row.aggregate().shard(), -1);
            land(row, line -> line.add(row), nowNanos);
        } else {
            leave(row);
            land(row, line -> line.drop().forEach(waiting -> present.remove(waiting.id())), nowNanos);
        }
    }

    /** Refused and written so: the aggregate is held. */
    void failed(OutboxRow row, long untilNanos, long nowNanos) {
        leave(row);
        land(row, line -> hold(row.aggregate(), row.version(), untilNanos), nowNanos);
    }

    /** Dead-lettered and written so: the next version heals what this one would have said. */
    void deadLettered(OutboxRow row, long nowNanos) {
        leave(row);
        land(row, line -> line.know(row.version()), nowNanos);
    }

    /**
     * In other hands, or processed by others: what follows looks for itself. Where the shard is ours again, its reading
     * may have passed the row as known, so the aggregate is read again.
     */
    void fenced(OutboxRow row, boolean again, long nowNanos) {
        leave(row);
        land(
                row,
                line -> {
                    if (again) {
                        hold(row.aggregate(), row.version(), nowNanos);
                    }
                },
                nowNanos);
    }

    private void leave(OutboxRow row) {
        present.remove(row.id());
        ready.busy(row.aggregate().shard(), -1);
    }

    private void land(OutboxRow row, Consumer<Line> then, long nowNanos) {
        Line line = lines.get(row.aggregate());
        if (line == null || !line.isInFlight(row)) {
            throw new IllegalStateException("not in flight: " + row.aggregate() + " " + row.version());
        }
        line.land();
        then.accept(line);
        queue(line);
        removeIfEmpty(line, nowNanos);
    }

    private void removeIfEmpty(Line line, long nowNanos) {
        if (line.isEmpty()) {
            lines.remove(line.aggregate);
            dequeue(line);
            acknowledgements.remember(line.aggregate, line.known());
            remembered.lineIsEmpty(line.aggregate, nowNanos);
        }
    }

    private void dequeue(Line line) {
        if (line.queued) {
            unchecked.remove(line);
            ready.remove(line);
            line.queued = false;
        }
    }

    private void hold(Aggregate aggregate, long version, long untilNanos) {
        long lowest = version;
        Line line = lines.get(aggregate);
        if (line != null) {
            for (OutboxRow dropped : line.drop()) {
                present.remove(dropped.id());
                lowest = Math.min(lowest, dropped.version());
            }
            dequeue(line);
            if (line.isEmpty()) {
                lines.remove(aggregate);
                acknowledgements.remember(aggregate, line.known());
            }
        }
        remembered.hold(aggregate, lowest, untilNanos);
    }

    /** Takes all waiting rows of matching aggregates out of memory; what is in flight stays until its outcome. */
    void drop(Predicate<Aggregate> matching, Consumer<OutboxRow> each, long nowNanos) {
        for (Line line : List.copyOf(lines.values())) {
            if (matching.test(line.aggregate)) {
                for (OutboxRow row : line.drop()) {
                    present.remove(row.id());
                    each.accept(row);
                }
                dequeue(line);
                removeIfEmpty(line, nowNanos);
            }
        }
    }

    /** Forgets a shard that is not ours any more. */
    void forgetShard(int shard, long nowNanos) {
        drop(aggregate -> aggregate.shard() == shard, row -> {}, nowNanos);
        remembered.forgetShard(shard);
    }

    /** Rows of this shard that are in flight, or whose outcome is not written yet. */
    int busy(int shard) {
        return ready.busy(shard);
    }

    boolean hasReady(int shard) {
        return ready.any(shard);
    }
}
