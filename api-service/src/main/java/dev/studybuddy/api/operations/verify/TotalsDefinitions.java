package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.mongo.InstalledReadModels;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.StudyContribution;
import dev.studybuddy.readmodel.SubjectsContribution;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Finds the definition of a read model's totals: of this program's read models, and of those that are installed. If a
 * version of a projection has no definition, a verify compares only the mirrors.
 */
@Component
final class TotalsDefinitions {

    private final InstalledReadModels installed;

    TotalsDefinitions(InstalledReadModels installed) {
        this.installed = installed;
    }

    /**
     * Returns the definition of the totals of a generation; empty if this service does not contain the version of the
     * projection that fills it.
     */
    Optional<TotalsDefinition> find(GenerationRecord record, int generation) {
        Generation recorded = record.generations().get(generation);
        return recorded == null ? Optional.empty() : find(record.model(), recorded.projectionVersion());
    }

    private Optional<TotalsDefinition> find(String model, int version) {
        return installed
                .find(model, version)
                .map(found -> new TotalsDefinition(found::contribute, found::hasGlobalTotals, path -> true))
                .or(() -> findOfProgram(model, version));
    }

    private static Optional<TotalsDefinition> findOfProgram(String model, int version) {
        return switch (model) {
            case Names.STUDY ->
                StudyContribution.ofVersion(version)
                        .map(contributionFunction -> new TotalsDefinition(
                                contributionFunction,
                                period -> StudyContribution.hasGlobalTotals(version, period),
                                Set.of("studyMinutes", "todosCompleted", "questionsCompleted")::contains));
            case Names.SUBJECTS ->
                SubjectsContribution.ofVersion(version)
                        .map(contributionFunction ->
                                new TotalsDefinition(contributionFunction, period -> true, path -> true));
            default -> Optional.empty();
        };
    }
}
