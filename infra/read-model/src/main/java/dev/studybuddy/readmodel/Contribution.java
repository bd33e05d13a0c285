package dev.studybuddy.readmodel;

import dev.studybuddy.contract.AggregateState;

/** What a state contributes to a read model's sums: pure, so that the projector, a verify and a rebuild can't disagree. */
@FunctionalInterface
public interface Contribution {

    /** Adds what a state contributes, times a factor: 1 for a state that came, −1 for one that went. */
    void add(AmountSink sums, AggregateState state, int factor);
}
