package dev.studybuddy.projector.readmodel;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.AmountSink;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.Projection;
import java.util.List;
import java.util.Set;

/**
 * What a developer writes to add a read model: which aggregates it reads and what a state contributes. Positions, retries,
 * rebuilds and dead letters are not its business. Implementations are pure: same state, same contribution.
 */
public interface ReadModel {

    /** Short and stable, lower-case letters: a part of the names of collections and groups. */
    String name();

    /**
     * Raised by each change of what a state contributes, and with each schema, since mirrors hold what was read; so never
     * below the present schema. A new version is built as a new generation.
     */
    int version();

    /** The aggregates that it reads, each from its topic. No two may begin with the same letter: watermarks are named by it. */
    Set<AggregateType> reads();

    /** The collection of its own mirrors of an aggregate, without its generation; not to be overridden. */
    default String mirrors(AggregateType type) {
        return Names.mirrors(name(), type);
    }

    /** The collection of its sums, without its generation; not to be overridden. */
    default String rollups() {
        return Names.totals(name());
    }

    /** Adds what a state contributes, times the factor: 1 for a state that came, −1 for one that went. */
    void contribute(AmountSink sums, AggregateState state, int factor);

    /** What a record says of it. */
    default Projection projection() {
        return new Projection(version(), reads());
    }

    /** The indexes of its collections; all of them, for they are made by this list alone. */
    List<Index> indexes();

    /**
     * An index.
     *
     * @param collection without its generation
     * @param fields in their order
     */
    record Index(String collection, String name, List<Field> fields) {

        public Index {
            fields = List.copyOf(fields);
        }
    }

    /** A field of an index. */
    record Field(String path, boolean descending) {}
}
