package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.Predecessor;
import dev.studybuddy.publisher.ordering.PredecessorRow;
import dev.studybuddy.publisher.outbox.OutboxQueries;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/** Reads the state of the predecessors that memory does not confirm. */
final class PredecessorReader {

    private static final Logger log = LoggerFactory.getLogger(PredecessorReader.class);

    /** One statement reads at most this many predecessors. */
    private static final int MAX_PREDECESSORS = 1024;

    private final Duration interval;
    private final OutboxQueries table;
    private final Ordering ordering;
    private final UnavailableDestinations destinations;
    private final ContentReader contents;
    private final PageBudget budget;
    private final MemoryRoom room;
    private int limit = MAX_PREDECESSORS;

    /**
     * @param interval the time after which a predecessor for which memory had no room is read again
     */
    PredecessorReader(
            Duration interval,
            OutboxQueries table,
            Ordering ordering,
            UnavailableDestinations destinations,
            ContentReader contents,
            PageBudget budget,
            MemoryRoom room) {
        this.interval = interval;
        this.table = table;
        this.ordering = ordering;
        this.destinations = destinations;
        this.contents = contents;
        this.budget = budget;
        this.room = room;
    }

    /**
     * Reads the predecessors that are not confirmed in memory, with one statement.
     *
     * @return whether the state of a predecessor was needed
     */
    boolean check(long nowNanos) {
        List<Predecessor> requested = ordering.predecessorsToCheck(Math.min(limit, budget.keyedRows()));
        if (requested.isEmpty()) {
            return false;
        }
        List<PredecessorRow> rows;
        try {
            rows = table.readPredecessors(requested);
            limit = Math.min(MAX_PREDECESSORS, 2 * limit);
        } catch (DataAccessException failure) {
            if (!StatementFailures.concernsStatement(failure)) {
                throw failure;
            }
            log.atWarn()
                    .addKeyValue("predecessors", requested.size())
                    .addKeyValue("reason", StatementFailures.describe(failure))
                    .log("Predecessors could not be read; the rows that depend on them wait, and the next"
                            + " statement reads fewer predecessors");
            limit = Math.max(1, requested.size() / 2);
            if (requested.size() > 1) {
                return true;
            }
            rows = List.of(new PredecessorRow(requested.getFirst(), unreadable(requested.getFirst())));
        }
        ordering.applyPredecessors(requested, admit(rows), nowNanos);
        for (Predecessor predecessor : requested) {
            // A pending predecessor may be on hold, and the rows that wait for it left memory. They are deferred, or
            // skipped if no further aggregate could be deferred.
            Aggregate aggregate = predecessor.aggregate();
            boolean leftMemory = ordering.deferred().isOnHold(aggregate) || !ordering.hasRows(aggregate);
            if (destinations.isProbing(aggregate) && leftMemory) {
                destinations.recordProbeOnHold(aggregate, nowNanos);
            }
        }
        return true;
    }

    /** Returns a row in place of one that the database cannot return. Its aggregate leaves memory and is read later. */
    private static OutboxRow unreadable(Predecessor predecessor) {
        return new OutboxRow(
                predecessor.aggregate(),
                predecessor.version(),
                UUID.randomUUID(),
                "",
                new byte[0],
                new byte[0],
                // If rows are skipped, a sweep begins at the earliest of their creation times. This time is later than
                // all others, so the rows that wait for the predecessor determine the beginning.
                Instant.MAX,
                0,
                Instant.EPOCH.plus(DeferredReader.FAILURE_WAIT),
                Instant.EPOCH,
                0);
    }

    /**
     * Completes the pending predecessors. If memory has no room for a predecessor, or its content could not be read,
     * the predecessor gets a later time for its next attempt. Its aggregate then leaves memory and is read again in the
     * order of its versions.
     */
    private List<PredecessorRow> admit(List<PredecessorRow> rows) {
        List<OutboxRow> pending = rows.stream()
                .map(PredecessorRow::pending)
                .filter(row -> row != null && !ordering.isPresent(row.key()))
                .toList();
        if (pending.isEmpty()) {
            return rows;
        }
        long freeBytes = room.keyedRows() > 0 ? room.freeBytes() : 0;
        ContentReadResults read =
                contents.complete(pending.stream().filter(OutboxRow::isPartial).toList(), freeBytes);
        List<PredecessorRow> admitted = new ArrayList<>(rows.size());
        for (PredecessorRow row : rows) {
            OutboxRow partial = row.pending();
            if (partial == null || ordering.isPresent(partial.key())) {
                admitted.add(row);
                continue;
            }
            OutboxRow predecessor = read.of(partial);
            boolean fits = !predecessor.isPartial() && freeBytes > 0;
            Duration wait = read.isFailed(partial) ? DeferredReader.FAILURE_WAIT : interval;
            admitted.add(new PredecessorRow(
                    row.predecessor(),
                    fits || predecessor.delayNanos() > 0
                            ? predecessor
                            : predecessor.withNextAttemptAt(predecessor.readAt().plus(wait))));
        }
        return admitted;
    }
}
