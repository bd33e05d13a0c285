package dev.studybuddy.publisher.ordering;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds one aggregate's rows in memory. At most one row is in flight; the others wait, the lowest (version, created_at,
 * id) first.
 */
final class AggregateQueue {

    final Aggregate aggregate;
    private final List<OutboxRow> waiting = new ArrayList<>(1);
    private @Nullable OutboxRow inFlight;
    private long acknowledgedVersion;
    /** This flag is true while this queue is scheduled for a send or for the check of a predecessor. */
    boolean scheduled;

    AggregateQueue(Aggregate aggregate, long acknowledgedVersion) {
        this.aggregate = aggregate;
        this.acknowledgedVersion = acknowledgedVersion;
    }

    /** Returns the highest version that is acknowledged or dead-lettered, or 0 if there is none. */
    long acknowledgedVersion() {
        return acknowledgedVersion;
    }

    void acknowledge(long version) {
        acknowledgedVersion = Math.max(acknowledgedVersion, version);
    }

    void add(OutboxRow row) {
        int index = waiting.size();
        while (index > 0 && OutboxRow.ORDER.compare(waiting.get(index - 1), row) > 0) {
            index--;
        }
        waiting.add(index, row);
    }

    @Nullable
    OutboxRow head() {
        return waiting.isEmpty() ? null : waiting.getFirst();
    }

    /** Returns whether the head may be sent now: no row is in flight, and the predecessor rule allows the head. */
    boolean isReady() {
        return inFlight == null && !waiting.isEmpty() && isPredecessorConfirmed(waiting.getFirst());
    }

    boolean isPredecessorConfirmed(OutboxRow row) {
        return row.version() == 1 || acknowledgedVersion >= row.version() - 1;
    }

    OutboxRow dispatch() {
        if (!isReady()) {
            throw new IllegalStateException("The head is not ready to be sent: " + aggregate);
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

    void complete() {
        inFlight = null;
    }

    /** Removes all waiting rows from memory and returns them. */
    List<OutboxRow> removeWaiting() {
        List<OutboxRow> removed = List.copyOf(waiting);
        waiting.clear();
        return removed;
    }

    int waitingCount() {
        return waiting.size();
    }

    boolean isEmpty() {
        return inFlight == null && waiting.isEmpty();
    }
}
