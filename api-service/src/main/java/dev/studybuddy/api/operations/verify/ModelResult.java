package dev.studybuddy.api.operations.verify;

import static java.util.Objects.requireNonNull;

import dev.studybuddy.api.job.Job;
import dev.studybuddy.readmodel.Names;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * This record holds the result of a verify for one read model. A job that verified all read models has one such result
 * for each of them. The result of a job that failed or was cancelled is incomplete.
 *
 * @param verify the job, which has ended
 * @param fields the fields that {@link VerifyFindings} wrote
 */
record ModelResult(Job verify, JsonNode fields) {

    /** Returns the results of a job, one for each read model whose verify it began. */
    static List<ModelResult> allOf(Job verify) {
        JsonNode models = verify.result().path(AllModelsFindings.MODELS);
        return models.isArray()
                ? models.valueStream()
                        .map(fields -> new ModelResult(verify, fields))
                        .toList()
                : List.of(new ModelResult(verify, verify.result()));
    }

    /**
     * Returns the read models for which a repair that failed or was cancelled may have written events: those whose
     * results are complete, and the one that it repaired at its end.
     */
    static Set<String> findRepaired(Job repair) {
        Set<String> models = new HashSet<>();
        allOf(repair).stream()
                .filter(ModelResult::wroteRepairs)
                .map(ModelResult::model)
                .forEach(models::add);
        VerifyCursor.parse(repair.cursor())
                .filter(cursor -> cursor.phase() == VerifyCursor.Phase.REPAIR)
                .ifPresent(cursor -> models.add(cursor.model()));
        return models;
    }

    /** Returns the read model that the result is about. */
    String model() {
        return fields.path("model").asString(Names.STUDY);
    }

    /**
     * Returns whether the result is about a generation. A result of an earlier version of this program does not name
     * its generation, so it counts for every generation.
     */
    boolean isOfGeneration(int number) {
        return fields.path("generation").intValue(number) == number;
    }

    /**
     * Returns whether the verify recorded the outstanding differences, which an earlier version of this program did not
     * record.
     */
    boolean hasOutstanding() {
        return Stream.of(VerifyScope.values()).allMatch(scope -> scope.hasOutstanding(fields));
    }

    /**
     * Returns the number of aggregates and users with an unsettled difference. Unsettled global totals add one to this
     * number.
     */
    long countUnsettled() {
        return fields.path("unsettled").longValue(0);
    }

    /** Returns whether the verify wrote events that repair drift. */
    boolean wroteRepairs() {
        return fields.path("repaired").longValue(0)
                        + fields.path("repairsPending").longValue(0)
                > 0;
    }

    /** Returns the time at which the job ended. */
    Instant completedAt() {
        return requireNonNull(verify.finishedAt());
    }
}
