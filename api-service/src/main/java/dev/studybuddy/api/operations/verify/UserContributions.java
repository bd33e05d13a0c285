package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.ContributionFunction;
import dev.studybuddy.readmodel.Sums;
import java.util.List;
import org.bson.Document;

/** Computes what the mirrors of a generation contribute to the totals of their users. */
final class UserContributions {

    private final ReadGeneration generation;
    private final ContributionFunction contributionFunction;

    UserContributions(ReadGeneration generation, ContributionFunction contributionFunction) {
        this.generation = generation;
        this.contributionFunction = contributionFunction;
    }

    /** Returns the types that contribute to sums; a user itself contributes nothing. */
    List<AggregateType> contributingTypes() {
        return generation.reads().stream()
                .filter(type -> type != AggregateType.USER)
                .toList();
    }

    /**
     * Adds a mirror's contribution to the totals of its user, without its contributions to the global totals, and
     * returns the mirror.
     */
    Mirror addMirror(AggregateType type, Document document, String user, Sums sums) {
        Mirror mirror = Mirror.of(type, document);
        if (mirror.state() != null) {
            contributionFunction.add(
                    (key, path, amount) -> {
                        if (user.equals(key.userId())) {
                            sums.add(key, path, amount);
                        }
                    },
                    mirror.state(),
                    1);
        }
        return mirror;
    }
}
