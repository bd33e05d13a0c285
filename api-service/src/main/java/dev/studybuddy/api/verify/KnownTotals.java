package dev.studybuddy.api.verify;

import dev.studybuddy.readmodel.Contribution;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.StudyContribution;
import dev.studybuddy.readmodel.SubjectsContribution;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a verify must know of a read model to compute its sums once more. Of one that stands not here only the mirrors are
 * compared.
 *
 * @param ofSubjects the paths of a subject's document that users' documents know too, below {@code bySubject}
 */
record KnownTotals(Contribution contribution, Predicate<String> ofSubjects) {

    static Optional<KnownTotals> of(String model) {
        return switch (model) {
            case Names.STUDY ->
                Optional.of(new KnownTotals(
                        StudyContribution::add,
                        Set.of("studyMinutes", "todosCompleted", "questionsCompleted")::contains));
            case Names.SUBJECTS -> Optional.of(new KnownTotals(SubjectsContribution::add, any -> true));
            default -> Optional.empty();
        };
    }
}
