package dev.studybuddy.e2e;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.AmountSink;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.ReadModel;
import dev.studybuddy.readmodel.StudyContribution;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** This version of the projection of {@code study} has mirrors that hold values of the {@link SecondSchema}. */
public final class SecondSchemaStudy implements ReadModel {

    @Override
    public String name() {
        return Names.STUDY;
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
        return EnumSet.allOf(AggregateType.class);
    }

    @Override
    public void contribute(AmountSink sums, AggregateState state, int factor) {
        StudyContribution.add(sums, state, factor);
    }

    @Override
    public boolean hasGlobalTotals(String period) {
        return StudyContribution.hasGlobalTotals(StudyContribution.VERSION, period);
    }

    @Override
    public List<Index> indexes() {
        return List.of();
    }
}
