package dev.studybuddy.api.consistency;

import dev.studybuddy.contract.AggregateState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Collects one item for each aggregate that a request changes, and the states that the request wrote.
 *
 * @param <T> the item for one aggregate
 */
public final class BulkItems<T> {

    private final List<T> items = new ArrayList<>();
    private final List<AggregateState> written = new ArrayList<>();

    /**
     * Adds the item for the next aggregate.
     *
     * @param changed the state after the change; empty if the caller has no such aggregate
     * @param item returns the item for the changed aggregate
     * @param notFound returns the item for an aggregate that the caller does not have
     */
    public <S extends AggregateState> void add(Optional<S> changed, Function<S, T> item, Supplier<T> notFound) {
        changed.ifPresent(written::add);
        items.add(changed.map(item).orElseGet(notFound));
    }

    /** Returns the items in the order in which they were added. */
    public List<T> items() {
        return List.copyOf(items);
    }

    /** Returns the states after the changes, without the aggregates that the caller does not have. */
    public List<AggregateState> written() {
        return List.copyOf(written);
    }
}
