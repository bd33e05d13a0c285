package dev.studybuddy.publisher.publish;

import java.util.List;

/**
 * What is read from the outbox. Each method is one autocommitted READ COMMITTED statement, so it sees all that
 * committed before it began.
 *
 * <p>Errors are Spring's {@code DataAccessException}; a statement that the server ended for its time is a {@code
 * QueryTimeoutException}.
 */
public interface OutboxTable {

    /** Pages of several shards in one round trip, each ordered by (created_at, id). */
    List<OutboxRow> pages(List<PageRequest> requests);

    /** The same for sweeps, with their own, shorter time-out: they walk what others may hold up. */
    List<OutboxRow> sweep(List<PageRequest> requests);

    /** The rows of these versions, all read after the call began. */
    List<PredecessorRow> predecessors(List<Predecessor> predecessors);

    /** An aggregate's pending rows from a version on, lowest first. */
    List<OutboxRow> pendingFrom(Aggregate aggregate, long version, int limit);
}
