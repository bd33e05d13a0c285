package dev.studybuddy.audit;

import dev.studybuddy.contract.AggregateState;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Provides the newest states of all aggregates. An implementation computes them when they are requested. A comparison
 * therefore needs no memory for them, however many there are.
 */
public interface ExpectedStates {

    /** Returns the newest state of an aggregate, or null if the aggregate does not exist. */
    @Nullable
    AggregateState find(AggregateKey key);

    /** Returns the newest states of the aggregates that belong to a user, and that of the user. */
    List<AggregateState> ofUser(String userId);

    /** Returns the id of each user to whom an aggregate may belong, once. */
    Stream<String> userIds();

    /** Returns the newest states of all aggregates. */
    default Stream<AggregateState> all() {
        return userIds().flatMap(id -> ofUser(id).stream());
    }
}
