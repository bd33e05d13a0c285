package dev.studybuddy.readmodel;

import dev.studybuddy.contract.AggregateState;

/**
 * A contribution function computes what a state adds to a read model's sums. It is pure, so that the projector, a
 * verify and a rebuild cannot disagree.
 */
@FunctionalInterface
public interface ContributionFunction {

    /** Adds the contribution of a state, multiplied by a factor: 1 for a new state, −1 for a state that is replaced. */
    void add(AmountSink sums, AggregateState state, int factor);
}
