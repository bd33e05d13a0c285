package dev.studybuddy.publisher.publish;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One aggregate's rows in memory: at most one in flight, the others waiting, lowest (version, created_at, id) first. */
final class Line {

    final Aggregate aggregate;
    private final List<OutboxRow> waiting = new ArrayList<>(1);
    private @Nullable OutboxRow inFlight;
    private long known;
    /** Whether a queue (ready, or to be looked up) holds this line. */
    boolean queued;

    Line(Aggregate aggregate, long known) {
        this.aggregate = aggregate;
        this.known = known;
    }

    /** The highest version known to be on the topic, or given up there; 0 for none. */
    long known() {
        return known;
    }

    void know(long version) {
        known = Math.max(known, version);
    }

    void add(OutboxRow row) {
        int at = waiting.size();
        while (at > 0 && OutboxRow.ORDER.compare(waiting.get(at - 1), row) > 0) {
            at--;
        }
        waiting.add(at, row);
    }

    @Nullable
    OutboxRow head() {
        return waiting.isEmpty() ? null : waiting.getFirst();
    }

    /** Whether the order allows the head to go now, nothing of this aggregate being in flight. */
    boolean mayFly() {
        return inFlight == null && !waiting.isEmpty() && predecessorKnown(waiting.getFirst());
    }

    boolean predecessorKnown(OutboxRow row) {
        return row.version() == 1 || known >= row.version() - 1;
    }

    OutboxRow fly() {
        if (!mayFly()) {
            throw new IllegalStateException("out of order: " + aggregate);
        }
        OutboxRow row = waiting.removeFirst();
        inFlight = row;
        return row;
    }

    @Nullable
    OutboxRow inFlight() {
        return inFlight;
    }

    boolean isInFlight(OutboxRow row) {
        return inFlight != null && inFlight.id().equals(row.id());
    }

    void land() {
        inFlight = null;
    }

    /** Takes all waiting rows out of memory. */
    List<OutboxRow> drop() {
        List<OutboxRow> dropped = List.copyOf(waiting);
        waiting.clear();
        return dropped;
    }

    int waiting() {
        return waiting.size();
    }

    boolean isEmpty() {
        return inFlight == null && waiting.isEmpty();
    }
}
