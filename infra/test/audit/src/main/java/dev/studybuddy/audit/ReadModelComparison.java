package dev.studybuddy.audit;

import com.mongodb.ReadConcern;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.contract.UserState;
import dev.studybuddy.readmodel.ContributionFunction;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.RollupKey;
import dev.studybuddy.readmodel.StudyContribution;
import dev.studybuddy.readmodel.Sums;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Compares each document of one generation of a read model with the newest states, and counts the documents, so that a
 * missing one is found too. It holds one document at a time and the sums over all users, so that it compares millions
 * of documents in constant memory.
 */
public final class ReadModelComparison {

    /** The comparison of a collection ends as soon as all collections together have this number of findings. */
    private static final int MAX_FINDINGS = 20;

    private final ContributionFunction contributionFunction;
    private final ExpectedStates states;
    private final List<Finding> findings = new ArrayList<>();

    /** These are the sums that belong to no user, by the id of their document. */
    private final Map<String, Expected> globalSums = new HashMap<>();

    private final Map<AggregateType, Long> aggregates = new HashMap<>();
    private long userRollups;

    /** This record holds the amounts that a rollup must show. */
    private record Expected(RollupKey key, Map<String, Long> amounts) {}

    private ReadModelComparison(ContributionFunction contributionFunction, ExpectedStates states) {
        this.contributionFunction = contributionFunction;
        this.states = states;
        Sums global = new Sums();
        states.userIds().forEach(id -> addUser(id, global));
        global.forEach((key, amounts) -> globalSums.put(key.id(), new Expected(key, amounts)));
    }

    /**
     * Returns the first differences of the mirrors and rollups of the read model {@code study}, and the open dead
     * letters and broken documents of all read models.
     *
     * @throws IllegalStateException if the generation has no entry in its record, or a version that does not exist
     */
    public static List<Finding> of(MongoDatabase database, int generation, ExpectedStates states) {
        ContributionFunction contributionFunction =
                ReadModelState.contributionFunction(database, generation, StudyContribution::ofVersion);
        return of(database, Names.STUDY, generation, contributionFunction, List.of(AggregateType.values()), states);
    }

    /**
     * Returns the first differences of the mirrors and rollups of a read model, and the open dead letters and broken
     * documents of all read models.
     *
     * @param contributionFunction the contribution function of the version that fills the generation
     * @param types the types of the aggregates that the read model reads
     */
    public static List<Finding> of(
            MongoDatabase source,
            String model,
            int generation,
            ContributionFunction contributionFunction,
            List<AggregateType> types,
            ExpectedStates states) {
        MongoDatabase database = source.withReadConcern(ReadConcern.MAJORITY);
        ReadModelComparison comparison = new ReadModelComparison(contributionFunction, states);
        comparison.findings.addAll(ReadModelState.faults(database));
        String suffix = Names.suffix(generation);
        for (AggregateType type : types) {
            comparison.compareMirrors(
                    type,
                    database.getCollection(Names.mirrors(model, type) + suffix).find());
        }
        comparison.compareRollups(
                database.getCollection(Names.rollups(model) + suffix).find());
        return comparison.findings;
    }

    /** Returns the differences of one type's mirrors and of all rollups. */
    static List<Finding> of(
            ContributionFunction contributionFunction,
            ExpectedStates states,
            AggregateType type,
            Iterable<Document> mirrors,
            Iterable<Document> rollups) {
        ReadModelComparison comparison = new ReadModelComparison(contributionFunction, states);
        comparison.compareMirrors(type, mirrors);
        comparison.compareRollups(rollups);
        return comparison.findings;
    }

    private void addUser(String id, Sums global) {
        Sums ofUser = new Sums();
        for (AggregateState state : states.ofUser(id)) {
            AggregateType type = typeOf(state);
            if (type != null) {
                aggregates.merge(type, 1L, Long::sum);
            }
            contributionFunction.add(
                    (key, path, amount) -> (key.userId() == null ? global : ofUser).add(key, path, amount), state, 1);
        }
        ofUser.forEach((key, amounts) -> userRollups++);
    }

    /**
     * Returns the type of an aggregate, or null if the aggregate is deleted, because the state of a deletion does not
     * contain the type.
     */
    private static @Nullable AggregateType typeOf(AggregateState state) {
        return switch (state) {
            case TodoState todo -> AggregateType.TODO;
            case SessionState session -> AggregateType.SESSION;
            case UserState user -> AggregateType.USER;
            case DeletedState deleted -> null;
        };
    }

    private void compareMirrors(AggregateType type, Iterable<Document> mirrors) {
        long found = 0;
        for (Document mirror : mirrors) {
            AggregateKey key = new AggregateKey(type, mirror.getString("_id"));
            AggregateState state = states.find(key);
            if (state == null) {
                findings.add(new Finding("mirror", key.toString(), "has no aggregate"));
            } else {
                found += state instanceof DeletedState ? 0 : 1;
                MirrorComparison.compare(key, state, mirror, findings);
            }
            if (findings.size() >= MAX_FINDINGS) {
                return;
            }
        }
        long expected = aggregates.getOrDefault(type, 0L);
        if (found != expected) {
            findings.add(new Finding("mirror", type.code(), "has " + found + " mirrors of " + expected));
        }
    }

    private void compareRollups(Iterable<Document> rollups) {
        long found = 0;
        for (Document rollup : rollups) {
            String id = rollup.getString("_id");
            Expected expected = find(id, rollup.getString("userId"));
            if (expected != null) {
                found++;
                RollupComparison.compare(expected.key(), expected.amounts(), rollup, findings);
            } else if (!RollupComparison.amounts(rollup).isEmpty()) {
                findings.add(new Finding("rollup", id, "is " + rollup.toJson() + ", but no aggregate adds to it"));
            }
            if (findings.size() >= MAX_FINDINGS) {
                return;
            }
        }
        long expected = userRollups + globalSums.size();
        if (found != expected) {
            findings.add(new Finding("rollup", "all", "has " + found + " rollups of " + expected));
        }
    }

    /** Returns what the rollup of an id must show, or null if no aggregate adds to it. */
    private @Nullable Expected find(String id, @Nullable String userId) {
        if (userId == null) {
            return globalSums.get(id);
        }
        Sums sums = new Sums();
        states.ofUser(userId).forEach(state -> contributionFunction.add(sums, state, 1));
        List<Expected> matches = new ArrayList<>();
        sums.forEach((key, amounts) -> {
            if (userId.equals(key.userId()) && key.id().equals(id)) {
                matches.add(new Expected(key, amounts));
            }
        });
        return matches.isEmpty() ? null : matches.getFirst();
    }
}
