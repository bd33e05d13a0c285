package dev.studybuddy.projector.consume;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.AmountSink;
import dev.studybuddy.readmodel.ReadModel;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** This read model has only names, because the poll loop calls nothing else. */
final class NamedReadModel implements ReadModel {

    @Override
    public String name() {
        return "nothing";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public Set<AggregateType> reads() {
        return EnumSet.of(AggregateType.TODO);
    }

    @Override
    public String mirrors(AggregateType type) {
        return "mirrors";
    }

    @Override
    public String rollups() {
        return "rollups";
    }

    @Override
    public void contribute(AmountSink sums, AggregateState state, int factor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Index> indexes() {
        return List.of();
    }
}
