package dev.studybuddy.api.operations.verify;

import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * This record documents the fields that {@link VerifyFindings} and {@link AllModelsFindings} write into the result of a
 * verify. Some fields exist only in the result of a verify of one read model, and some only in that of all of them. The
 * other fields that are not required are absent until the verify begins, or until a verify of all read models sums up
 * their results.
 */
record VerifyResult(
        @Schema(
                requiredMode = RequiredMode.NOT_REQUIRED,
                example = "study",
                description = "Only the result of a verify of one read model has this field.")
        @Nullable
        String model,

        @Schema(
                requiredMode = RequiredMode.NOT_REQUIRED,
                description = "Only the result of a verify of one read model has this field.")
        @Nullable
        Integer generation,

        @Schema(
                requiredMode = RequiredMode.NOT_REQUIRED,
                description = "Only the result of a verify of all read models has this field. It contains the result"
                        + " of each of them, and the other fields contain their sum.")
        @Nullable
        List<ReadModelFindings> models,

        @Schema(
                requiredMode = RequiredMode.NOT_REQUIRED,
                description = "Only the result of a verify of all read models has this field.")
        @Nullable
        List<UnverifiedReadModel> notVerified,

        @Schema(
                requiredMode = RequiredMode.NOT_REQUIRED,
                description = "These lists of findings are empty because the verify could not compare their objects.")
        @Nullable
        List<String> notCompared,

        @Schema(requiredMode = RequiredMode.NOT_REQUIRED) long compared,

        @Schema(requiredMode = RequiredMode.NOT_REQUIRED) List<MirrorFinding> missing,

        @Schema(requiredMode = RequiredMode.NOT_REQUIRED) List<MirrorFinding> stale,

        @Schema(requiredMode = RequiredMode.NOT_REQUIRED) List<MirrorFinding> extra,

        @Schema(requiredMode = RequiredMode.NOT_REQUIRED) List<MirrorFinding> different,

        @Schema(requiredMode = RequiredMode.NOT_REQUIRED) List<TotalFinding> wrongTotals,

        @Schema(requiredMode = RequiredMode.NOT_REQUIRED) List<BrokenFinding> broken,

        @Schema(requiredMode = RequiredMode.NOT_REQUIRED) @Nullable
        FindingCounts counts,

        @Schema(requiredMode = RequiredMode.NOT_REQUIRED) @Nullable
        Long unsettled,

        @Schema(requiredMode = RequiredMode.NOT_REQUIRED) @Nullable
        VerifiedScopes scopes,

        @Schema(requiredMode = RequiredMode.NOT_REQUIRED) long repaired,

        @Schema(requiredMode = RequiredMode.NOT_REQUIRED) long repairsPending,

        @Schema(requiredMode = RequiredMode.NOT_REQUIRED) long notRepaired,

        @Schema(
                description = "The field is null until the verify ends, and if the verify found no difference but"
                        + " could not compare everything.")
        @Nullable
        Boolean consistent) {

    /** This record documents the result of one read model. */
    record ReadModelFindings(
            @Schema(example = "study") String model,
            int generation,
            List<String> notCompared,
            long compared,
            List<MirrorFinding> missing,
            List<MirrorFinding> stale,
            List<MirrorFinding> extra,
            List<MirrorFinding> different,
            List<TotalFinding> wrongTotals,
            List<BrokenFinding> broken,
            FindingCounts counts,
            long unsettled,
            VerifiedScopes scopes,
            long repaired,
            long repairsPending,
            long notRepaired,
            @Nullable Boolean consistent) {}

    /** This record documents the reason why a read model is not verified. */
    record UnverifiedReadModel(String model, String reason) {}

    /**
     * This record documents an aggregate whose mirror differs from its row.
     *
     * @param model the read model, which only the lists of a verify of all read models name
     * @param version the version in CockroachDB; 0 if there is no row
     * @param mirrorVersion the version in MongoDB; 0 if there is no mirror
     */
    record MirrorFinding(
            @Schema(requiredMode = RequiredMode.NOT_REQUIRED) @Nullable
            String model,

            @Schema(example = "todo") String type,
            String id,
            String userId,
            long version,
            long mirrorVersion) {}

    /** This record documents a wrong rollup document. */
    record TotalFinding(
            @Schema(requiredMode = RequiredMode.NOT_REQUIRED) @Nullable
            String model,

            String id,

            @Schema(description = "The value is * for a document of the global totals.")
            String userId,

            @Schema(description = "The amounts by which the document exceeds the expected ones, by path.")
            Map<String, Long> tooMuch) {}

    /** This record documents a document that is marked as broken. */
    record BrokenFinding(
            @Schema(requiredMode = RequiredMode.NOT_REQUIRED) @Nullable
            String model,

            String document,
            @Nullable String message) {}

    /** This record documents the number of all findings of each list, of which the list contains the first hundred. */
    record FindingCounts(long missing, long stale, long extra, long different, long wrongTotals, long broken) {}

    /** This record documents the numbers of each scope. */
    record VerifiedScopes(VerifiedScope mirrors, VerifiedScope users, VerifiedScope everyone) {}

    /** This record documents the numbers of one scope. */
    record VerifiedScope(
            long differences,
            long unsettled,

            @Schema(
                    requiredMode = RequiredMode.NOT_REQUIRED,
                    types = {"integer", "null"},
                    description = "The number of differences that exist according to this verify or, if it left the"
                            + " scope unsettled, according to earlier ones. The field is null if no verify has settled"
                            + " the scope, and absent until the verify ends.")
            @Nullable
            Long outstanding) {}
}
