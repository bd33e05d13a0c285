package dev.studybuddy.readmodel;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bson.Document;

/**
 * A developer implements this interface to add a read model, or a new version of its projection. The implementations in
 * the projector are beans. {@link ReadModelLoader} loads the implementations of other jars into the projector and into
 * the API. An implementation names the aggregates that the model reads and computes the contribution of a state. It
 * needs no code for positions, retries, rebuilds, dead letters or verifies, because the programs contain this code.
 * Implementations are pure: equal states have equal contributions. Several threads use an instance at the same time.
 *
 * <p>The projector serves each generation with the implementation whose version the generation record states. Therefore
 * an implementation stays installed as long as a generation of its version is listed.
 */
public interface ReadModel {

    /**
     * Returns the name of the read model, which all versions of its projection share. It is part of the names of
     * collections and consumer groups. Therefore it must consist of 1 to 20 lower-case letters and never change.
     */
    String name();

    /**
     * Returns the version of the projection. A developer raises it for each change of a contribution, of the types that
     * are read, or of an index. Each new schema needs a new version too, because mirrors hold the values that were
     * read. Therefore the version is at least the {@link #schema}. The projector builds a new generation for each new
     * version.
     *
     * <p>The first version of an installed read model is 2, and the projector rejects version 1 of it. The reason is
     * that version 1 decodes records by the rules of the first release, which do not check the schema.
     */
    int version();

    /**
     * Returns the schema of the values that the mirrors of this version hold. It never changes for a version. An
     * instance of the projector serves only versions whose schema is the newest one that the instance reads. A version
     * of schema 2 or higher must override this method.
     */
    default int schema() {
        return 1;
    }

    /**
     * Returns the types of the aggregates that the model reads, each from its topic. Their first letters must differ,
     * because the first letter names watermarks.
     */
    Set<AggregateType> reads();

    /** Returns the collection of the model's mirrors of a type, without its generation. Do not override this method. */
    default String mirrors(AggregateType type) {
        return Names.mirrors(name(), type);
    }

    /** Returns the collection of the model's rollups, without its generation. Do not override this method. */
    default String rollups() {
        return Names.rollups(name());
    }

    /**
     * Adds the contribution of a state, multiplied by a factor: 1 for a new state, −1 for a state that is replaced.
     * A state adds only to the rollups of its owner, of all users and of subjects.
     */
    void contribute(AmountSink sums, AggregateState state, int factor);

    /**
     * Returns whether the contributions add to the totals of all users and of subjects in a period. A verify adds up
     * the rollups of the single users in the period. It compares the totals of all users with the sums outside
     * {@code bySubject}, and the totals of a subject with the sums below {@code bySubject.<subject>}.
     */
    default boolean hasGlobalTotals(String period) {
        return true;
    }

    /** Returns the report that the API serves under {@code /api/reports/<name>}, or empty if the model has none. */
    default Optional<Report> report() {
        return Optional.empty();
    }

    /** Returns the description of the model for its generation record. */
    default Projection projection() {
        return new Projection(version(), reads());
    }

    /**
     * Returns the indexes of the model's mirrors and rollups. The projector creates no other indexes on these
     * collections.
     */
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

        /** Returns the keys of the index in MongoDB's form. */
        public Document keys() {
            Document keys = new Document();
            fields.forEach(field -> keys.append(field.path(), field.descending() ? -1 : 1));
            return keys;
        }
    }

    /** A field of an index has a dotted path and a direction. */
    record Field(String path, boolean descending) {}
}
