package dev.studybuddy.publisher.ordering;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Holds one aggregate's rows in memory. The waiting rows are sorted, the lowest (version, created_at, id) first. Either
 * one row is in flight alone, or the rows of one chain are in flight.
 *
 * <p>A chain holds rows that were handed to one producer session, in order and without a gap. It continues while the
 * producer session is open, and it ends when no row of it is in flight.
 */
final class AggregateQueue {

    final Aggregate aggregate;
    private final List<OutboxRow> waiting = new ArrayList<>(1);
    private final Deque<OutboxRow> inFlight = new ArrayDeque<>(2);
    private long acknowledgedVersion;
    /** The rows in flight belong to this producer session, or to none if one row is in flight alone. */
    private long chainSession = ProducerSessions.NONE;
    /** This is the highest version that the present chain contains. */
    private long chainVersion;
    /** This flag is true if a row of the present chain waits again, so that no further row may join the chain. */
    private boolean chainBroken;
    /** This flag prevents a new chain until a row that is sent alone is acknowledged. */
    private boolean sendsAlone;
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

    /**
     * Returns whether the head may be sent now. If no row is in flight, the predecessor rule decides. Otherwise the
     * head may only continue the chain, by the session rule.
     *
     * @param session the open producer session
     * @param maxChain the number of rows in flight at which a chain waits
     */
    boolean isReady(long session, int maxChain) {
        if (waiting.isEmpty()) {
            return false;
        }
        return inFlight.isEmpty()
                ? isPredecessorConfirmed(waiting.getFirst())
                : inFlight.size() < maxChain && continuesChain(waiting.getFirst(), session);
    }

    boolean isPredecessorConfirmed(OutboxRow row) {
        return row.version() == 1 || acknowledgedVersion >= row.version() - 1;
    }

    private boolean continuesChain(OutboxRow row, long session) {
        return chainSession != ProducerSessions.NONE
                && chainSession == session
                && !chainBroken
                && row.retryCount() == 0
                && row.version() <= chainVersion + 1;
    }

    /**
     * Returns whether the head, which is ready, is sent as a part of a chain: it continues one, or further rows wait
     * behind it. A row that was refused before is sent alone, so that it ends no session.
     *
     * @param mayBeginChain whether a new chain of this aggregate may begin
     */
    boolean isChained(long session, boolean mayBeginChain) {
        return !inFlight.isEmpty()
                || (mayBeginChain
                        && !sendsAlone
                        && session != ProducerSessions.NONE
                        && waiting.size() > 1
                        && waiting.getFirst().retryCount() == 0);
    }

    /** Removes the head from the waiting rows. It is in flight from now on. */
    OutboxRow dispatch(long session, boolean chained) {
        OutboxRow row = waiting.removeFirst();
        if (inFlight.isEmpty()) {
            chainSession = chained ? session : ProducerSessions.NONE;
            chainVersion = row.version();
            chainBroken = false;
        } else {
            chainVersion = Math.max(chainVersion, row.version());
        }
        inFlight.addLast(row);
        return row;
    }

    /** Prevents a new chain until a row that is sent alone is acknowledged. */
    void preventChain() {
        sendsAlone = true;
    }

    /** Allows a new chain if the acknowledged row was sent alone. */
    void allowChain() {
        sendsAlone = sendsAlone && chainSession != ProducerSessions.NONE;
    }

    boolean hasInFlight() {
        return !inFlight.isEmpty();
    }

    /** Removes a row from the rows in flight, and returns whether it was there. */
    boolean complete(OutboxRow row) {
        // The outcomes of a chain arrive in its order, so the first row matches nearly always.
        OutboxRow first = inFlight.peekFirst();
        if (first != null && isSame(first, row)) {
            inFlight.removeFirst();
            return true;
        }
        return inFlight.removeIf(sent -> isSame(sent, row));
    }

    /** Returns whether two rows of this aggregate are the same row. */
    private static boolean isSame(OutboxRow one, OutboxRow other) {
        return one.version() == other.version() && one.id().equals(other.id());
    }

    /** Returns whether a row of this aggregate waits or is in flight. */
    boolean contains(RowKey key) {
        return Stream.concat(waiting.stream(), inFlight.stream())
                .anyMatch(row -> row.key().equals(key));
    }

    /** Returns a row to the waiting rows. The chain ends, because a further row would leave a gap in it. */
    void takeBack(OutboxRow row) {
        chainBroken = true;
        add(row);
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
        return inFlight.isEmpty() && waiting.isEmpty();
    }
}
