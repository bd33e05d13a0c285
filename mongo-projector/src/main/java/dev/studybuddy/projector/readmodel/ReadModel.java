package dev.studybuddy.projector.readmodel;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.AmountSink;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.Projection;
import java.util.List;
import java.util.Set;

/**
 * A developer implements this interface to add a read model, or a new version of one, and registers each version as a
 * bean. An implementation names the aggregates that the model reads and computes the contribution of a state. The
 * projector itself handles positions, retries, rebuilds and dead letters. Implementations are pure: equal states have
 * equal contributions.
 *
 * <p>An instance serves each generation with the bean whose version the generation record states. Therefore a bean stays
 * registered as long as a generation of its version is listed.
 */
public interface ReadModel {

    /**
     * Returns the name of the read model, which all its versions share. It is part of the names of collections and consumer groups, therefore it must
     * consist of 1 to 20 lower-case letters and never change.
     */
    String name();

    /**
     * Returns the version. Each change of a contribution, of the types that are read, or of an index raises it, and each
     * new schema does too, because mirrors hold the values that were read. Therefore it is at least the present schema version. Each new version is built as a
     * new generation.
     */
    int version();

    /**
     * Returns the types of the aggregates that the model reads, each from its topic. Their first letters must differ,
     * because the first letter names watermarks.
     */
    Set<AggregateType> reads();

    /** Returns the collection of the model's mirrors of a type, without its generation. Do not override this method. */
    default String mirrors(AggregateType type) {
        return Names.mirrors(name(), type);
    }

    /** Returns the collection of the model's sums, without its generation. Do not override this method. */
    default String rollups() {
        return Names.totals(name());
    }

    /** Adds the contribution of a state, multiplied by a factor: 1 for a new state, −1 for a state that is replaced. */
    void contribute(AmountSink sums, AggregateState state, int factor);

    /** Returns the description of the model for its generation record. */
    default Projection projection() {
        return new Projection(version(), reads());
    }

    /** Returns all indexes of the model's collections. The projector creates no other indexes. */
    List<Index> indexes();

    /**
     * An index belongs to one of the model's collections.
     *
     * @param collection the name of the collection without its generation
     * @param fields the fields in their order
     */
    record Index(String collection, String name, List<Field> fields) {

        public Index {
            fields = List.copyOf(fields);
        }
    }

    /** An index field has a path and a direction. */
    record Field(String path, boolean descending) {}
}
