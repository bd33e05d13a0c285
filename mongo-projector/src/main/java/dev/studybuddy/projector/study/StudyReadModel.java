package dev.studybuddy.projector.study;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.AmountSink;
import dev.studybuddy.readmodel.ContributionFunction;
import dev.studybuddy.readmodel.LeaderboardIndex;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.ReadModel;
import dev.studybuddy.readmodel.StudyContribution;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The study read model holds mirrors of all aggregates and their sums in {@code study_totals}. */
abstract class StudyReadModel implements ReadModel {

    private final int version;
    private final ContributionFunction contributionFunction;

    /**
     * Creates the model in one of its versions.
     *
     * @throws IllegalArgumentException if {@link StudyContribution} has no such version
     */
    StudyReadModel(int version) {
        this.version = version;
        this.contributionFunction = StudyContribution.ofVersion(version)
                .orElseThrow(() -> new IllegalArgumentException("the contribution function has no version " + version));
    }

    @Override
    public String name() {
        return Names.STUDY;
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public Set<AggregateType> reads() {
        return EnumSet.allOf(AggregateType.class);
    }

    @Override
    public void contribute(AmountSink sums, AggregateState state, int factor) {
        contributionFunction.add(sums, state, factor);
    }

    @Override
    public boolean hasGlobalTotals(String period) {
        return StudyContribution.hasGlobalTotals(version, period);
    }

    @Override
    public List<Index> indexes() {
        return List.of(
                LeaderboardIndex.definition(),
                // A verify reads the totals of users in the order of their ids.
                new Index("study_totals", "by_user", List.of(new Field("userId", false))),
                new Index("todos", "by_user", List.of(new Field("userId", false))),
                new Index("study_sessions", "by_user", List.of(new Field("userId", false))));
    }
}
