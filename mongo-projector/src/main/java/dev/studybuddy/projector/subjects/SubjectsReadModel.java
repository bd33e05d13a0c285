package dev.studybuddy.projector.subjects;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.AmountSink;
import dev.studybuddy.readmodel.ContributionFunction;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.ReadModel;
import dev.studybuddy.readmodel.SubjectsContribution;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The subjects read model holds mirrors of todos and their sums in {@code subjects_totals}. */
abstract class SubjectsReadModel implements ReadModel {

    private final int version;
    private final ContributionFunction contributionFunction;

    /**
     * Creates the model in one of its versions.
     *
     * @throws IllegalArgumentException if {@link SubjectsContribution} has no such version
     */
    SubjectsReadModel(int version) {
        this.version = version;
        this.contributionFunction = SubjectsContribution.ofVersion(version)
                .orElseThrow(() -> new IllegalArgumentException("the contribution function has no version " + version));
    }

    @Override
    public String name() {
        return Names.SUBJECTS;
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public Set<AggregateType> reads() {
        return EnumSet.of(AggregateType.TODO);
    }

    @Override
    public void contribute(AmountSink sums, AggregateState state, int factor) {
        contributionFunction.add(sums, state, factor);
    }

    @Override
    public List<Index> indexes() {
        return List.of(
                new Index(
                        "subjects_totals",
                        "most_todos",
                        List.of(
                                new Field("period", false),
                                new Field("kind", false),
                                new Field("todos", true),
                                new Field("subject", false))),
                // A verify reads the totals and the mirrors of users in the order of their ids.
                new Index("subjects_totals", "by_user", List.of(new Field("userId", false))),
                new Index("subjects_todos", "by_user", List.of(new Field("userId", false))));
    }
}
