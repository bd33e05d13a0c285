package dev.studybuddy.api.user;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads and changes the aggregates of one type that a user owns. The implementation owns the table of the type. */
public interface OwnedAggregates {

    /** Returns the type of the aggregates. */
    AggregateType type();

    /**
     * Returns the next aggregates of a user, oldest first.
     *
     * @param after the last state of the previous page; null for the first page
     * @param limit the largest number of states to return
     */
    List<AggregateState> readPageOfUser(UUID user, @Nullable AggregateState after, int limit);

    /**
     * Replaces the subject of aggregates of a user in the caller's transaction, and raises their versions by one. The
     * caller writes the events.
     *
     * @param from the subject that the aggregates have
     * @param to the subject that they receive
     * @param now the time of the change
     * @param limit the largest number of aggregates to change
     * @return the states after the change; fewer than the limit if no aggregate has the subject any longer
     */
    List<AggregateState> renameSubject(UUID user, String from, String to, Instant now, int limit);
}
