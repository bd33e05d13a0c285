package dev.studybuddy.api.consistency;

import dev.studybuddy.contract.AggregateState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Collects the answers to a request that changes several aggregates, one answer for each, and the states that the
 * request wrote.
 *
 * @param <A> the answer for one aggregate
 */
public final class BulkAnswers<A> {

    private final List<A> answers = new ArrayList<>();
    private final List<AggregateState> written = new ArrayList<>();

    /**
     * Adds the answer for the next aggregate.
     *
     * @param changed the state after the change; empty if the caller has no such aggregate
     * @param answer returns the answer for the changed aggregate
     * @param notFound returns the answer for an aggregate that the caller does not have
     */
    public <S extends AggregateState> void add(Optional<S> changed, Function<S, A> answer, Supplier<A> notFound) {
        changed.ifPresent(written::add);
        answers.add(changed.map(answer).orElseGet(notFound));
    }

    /** Returns the answers in the order in which they were added. */
    public List<A> answers() {
        return List.copyOf(answers);
    }

    /** Returns the states after the changes, without the aggregates that the caller does not have. */
    public List<AggregateState> written() {
        return List.copyOf(written);
    }
}
