package dev.studybuddy.api.outbox;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the present states of one type of aggregate from its table, for snapshots and comparisons. */
public interface AggregateSource {

    /** Returns the type of the aggregates. */
    AggregateType type();

    /**
     * Returns the present state, which is read in the caller's transaction, or empty if the aggregate does not exist or
     * was deleted.
     */
    Optional<AggregateState> find(UUID id);

    /**
     * Returns the next states in the order of their ids.
     *
     * @param after the last id of the previous page; null for the first page
     * @param limit the largest number of states to return
     */
    List<AggregateState> readPage(@Nullable UUID after, int limit);

    /**
     * Returns the next aggregates of a user, in an order that does not change. A user owns itself.
     *
     * @param after the last state of the previous page; null for the first page
     * @param limit the largest number of states to return
     */
    List<AggregateState> readPageOfUser(UUID user, @Nullable AggregateState after, int limit);

    /** Counts the aggregates. It reads the whole table, so only jobs call it. */
    long count();
}
