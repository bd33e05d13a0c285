package dev.studybuddy.projector.journal;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.readmodel.AmountSink;
import dev.studybuddy.readmodel.ContributionFunction;
import dev.studybuddy.readmodel.ReadModel;
import dev.studybuddy.readmodel.RollupKey;
import dev.studybuddy.readmodel.StudyContribution;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * This read model has the sums of {@code study} and one more document of sums for each aggregate. That document
 * distinguishes every state of the aggregate from every other state.
 */
final class StudyWithAggregateSums implements ReadModel {

    private final int version;
    private final ContributionFunction contributionFunction;

    /** Creates the model with version 1 of its projection, whose batches change the most documents. */
    StudyWithAggregateSums() {
        this(1);
    }

    StudyWithAggregateSums(int version) {
        this.version = version;
        this.contributionFunction = StudyContribution.ofVersion(version).orElseThrow();
    }

    @Override
    public String name() {
        return "study";
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public Set<AggregateType> reads() {
        return EnumSet.of(AggregateType.TODO, AggregateType.SESSION);
    }

    @Override
    public String mirrors(AggregateType type) {
        return type.plural();
    }

    @Override
    public String rollups() {
        return "study_totals";
    }

    @Override
    public void contribute(AmountSink sums, AggregateState state, int factor) {
        contributionFunction.add(sums, state, factor);
        if (!(state instanceof DeletedState)) {
            RollupKey key = aggregateKey(state.id());
            sums.add(key, "states", factor);
            sums.add(key, "versions", factor * state.version());
            sums.add(key, "content", (long) factor * state.hashCode());
        }
    }

    static RollupKey aggregateKey(String id) {
        return RollupKey.ofUser("aggregate", id);
    }

    @Override
    public List<Index> indexes() {
        return List.of();
    }
}
