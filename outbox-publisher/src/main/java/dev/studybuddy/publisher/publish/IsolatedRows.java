package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.DeferredAggregates;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.RowKey;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Holds, for each partition, the row in flight that is sent in isolation, and the aggregates that wait for its outcome.
 * If that row fails, no other row of its producer batch fails with it.
 */
final class IsolatedRows {

    private final DeferredAggregates deferred;
    private final Map<Destination, RowKey> inFlight = new HashMap<>();
    /** Each of these aggregates is deferred. They are kept in the order in which they began to wait. */
    private final Map<Destination, Set<Aggregate>> waiting = new HashMap<>();

    IsolatedRows(DeferredAggregates deferred) {
        this.deferred = deferred;
    }

    /**
     * Begins the send of a row in isolation.
     *
     * @return whether the row may be sent; if not, its aggregate waits and must be deferred
     */
    boolean begin(Destination partition, OutboxRow row) {
        boolean mayBegin = inFlight.putIfAbsent(partition, row.key()) == null;
        Set<Aggregate> others = waiting.computeIfAbsent(partition, key -> new LinkedHashSet<>());
        if (mayBegin) {
            others.remove(row.aggregate());
        } else {
            others.add(row.aggregate());
        }
        return mayBegin;
    }

    /** Ends the send of a row, and returns whether the row was sent in isolation. */
    boolean end(Destination partition, OutboxRow row) {
        return inFlight.remove(partition, row.key());
    }

    boolean isEmpty() {
        return inFlight.isEmpty();
    }

    /**
     * Makes the next waiting aggregate of a partition due, and all that are no longer sent in isolation. The others
     * continue to wait, so that they are not read for each outcome.
     */
    void makeNextDue(Destination partition, Predicate<Aggregate> isSentInIsolation, long nowNanos) {
        Set<Aggregate> aggregates = waiting.getOrDefault(partition, Set.of());
        boolean foundNext = false;
        for (Iterator<Aggregate> each = aggregates.iterator(); each.hasNext(); ) {
            Aggregate aggregate = each.next();
            if (!deferred.isOnHold(aggregate)) {
                each.remove();
                continue;
            }
            boolean isolated = isSentInIsolation.test(aggregate);
            if (!isolated || !foundNext) {
                each.remove();
                deferred.setDueTime(aggregate, nowNanos);
                foundNext |= isolated;
            }
        }
        if (aggregates.isEmpty()) {
            waiting.remove(partition);
        }
    }
}
