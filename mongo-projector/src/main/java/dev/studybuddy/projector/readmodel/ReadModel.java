package dev.studybuddy.projector.readmodel;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Sums;
import java.util.List;
import java.util.Set;

/**
 * What a developer writes to add a read model: which aggregates it reads and what a state contributes. Positions, retries,
 * rebuilds and dead letters are not its business. Implementations are pure: same state, same contribution.
 */
public interface ReadModel {

    /** Short and stable: a part of collection and group names. */
    String name();

    /** Raised by each change of what a state contributes; a new version is built as a new generation. */
    int version();

    /** The aggregates that it reads, each from its topic. No two may begin with the same letter: watermarks are named by it. */
    Set<AggregateType> reads();

    /** The collection of an aggregate's mirrors, without its generation. */
    String mirrors(AggregateType type);

    /** The collection of its sums, without its generation. */
    String rollups();

    /** Adds what a state contributes, times the factor: 1 for a state that came, −1 for one that went. */
    void contribute(Sums sums, AggregateState state, int factor);

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
