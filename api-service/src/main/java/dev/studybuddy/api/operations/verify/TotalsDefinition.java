package dev.studybuddy.api.operations.verify;

import dev.studybuddy.readmodel.Contribution;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.Periods;
import dev.studybuddy.readmodel.StudyContribution;
import dev.studybuddy.readmodel.SubjectsContribution;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * This record defines how a verify computes the totals of a read model. If a version of a read model has no definition
 * here, a verify compares only its mirrors.
 *
 * @param contribution the function from a state to the amounts that it adds to the rollups
 * @param globalPeriods matches the periods for which the function adds to the totals of everyone and of subjects
 * @param ofSubjects matches the paths of a subject's document that users' documents also have, below {@code bySubject}
 */
record TotalsDefinition(Contribution contribution, Predicate<String> globalPeriods, Predicate<String> ofSubjects) {

    /**
     * Returns the definition of a read model's totals.
     *
     * @param version the version of the projection that fills the generation
     * @return the definition; empty if this service does not contain the version
     */
    static Optional<TotalsDefinition> of(String model, int version) {
        return switch (model) {
            case Names.STUDY ->
                StudyContribution.ofVersion(version)
                        .map(contribution -> new TotalsDefinition(
                                contribution,
                                version == 1 ? period -> true : Periods::isDay,
                                Set.of("studyMinutes", "todosCompleted", "questionsCompleted")::contains));
            case Names.SUBJECTS ->
                SubjectsContribution.ofVersion(version)
                        .map(contribution -> new TotalsDefinition(contribution, period -> true, path -> true));
            default -> Optional.empty();
        };
    }
}
