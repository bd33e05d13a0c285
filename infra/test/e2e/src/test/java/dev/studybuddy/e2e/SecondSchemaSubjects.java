package dev.studybuddy.e2e;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.AmountSink;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.ReadModel;
import dev.studybuddy.readmodel.SubjectsContribution;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** This version of the projection of {@code subjects} has mirrors that hold values of the {@link SecondSchema}. */
public final class SecondSchemaSubjects implements ReadModel {

    @Override
    public String name() {
        return Names.SUBJECTS;
    }

    @Override
    public int version() {
        return SecondSchema.PROJECTION_VERSION;
    }

    @Override
    public int schema() {
        return SecondSchema.NUMBER;
    }

    @Override
    public Set<AggregateType> reads() {
        return EnumSet.of(AggregateType.TODO);
    }

    @Override
    public void contribute(AmountSink sums, AggregateState state, int factor) {
        SubjectsContribution.add(sums, state, factor);
    }

    @Override
    public List<Index> indexes() {
        return List.of();
    }
}
