package dev.studybuddy.api.operations.verify;

import static java.util.Objects.requireNonNull;

import dev.studybuddy.api.job.Job;
import dev.studybuddy.readmodel.Names;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * This record holds the result of a completed verify for one read model. A job that verified all read models has one
 * such result for each of them.
 *
 * @param verify the completed job
 * @param fields the fields that {@link VerifyReport} wrote
 */
record ModelResult(Job verify, JsonNode fields) {

    /** Returns the results of a completed job. */
    static List<ModelResult> allOf(Job verify) {
        JsonNode models = verify.result().path(AllModelsReport.MODELS);
        return models.isArray()
                ? models.valueStream()
                        .map(fields -> new ModelResult(verify, fields))
                        .toList()
                : List.of(new ModelResult(verify, verify.result()));
    }

    /** Returns the read model that the result is about. */
    String model() {
        return fields.path("model").asString(Names.STUDY);
    }

    /** Returns whether the result is about a generation. An old result does not name its generation. */
    boolean isOfGeneration(int number) {
        return fields.path("generation").intValue(number) == number;
    }

    /** Returns whether the verify settled the whole comparison of a scope, or found a difference in it. */
    boolean decides(VerifyScope scope) {
        return countDifferences(scope) > 0 || (compared(scope) && countUnsettled(scope) == 0);
    }

    /** Returns whether the verify decided the comparison of each scope. */
    boolean decidesAll() {
        return Stream.of(VerifyScope.values()).allMatch(this::decides);
    }

    /** Returns whether the verify compared a scope, be it settled or not. */
    boolean compared(VerifyScope scope) {
        return scope == VerifyScope.MIRRORS || fields.path("notCompared").isEmpty();
    }

    /** Returns the number of differences in a scope. An old result does not separate the scopes of wrong totals. */
    long countDifferences(VerifyScope scope) {
        if (fields.has(VerifyScope.FIELD)) {
            return scope.countDifferences(fields);
        }
        JsonNode counts = fields.path("counts");
        return switch (scope) {
            case MIRRORS ->
                Stream.of(Drift.Kind.values())
                        .mapToLong(kind -> counts.path(kind.code()).longValue(0))
                        .sum();
            case USERS -> counts.path(VerifyReport.WRONG_TOTALS).longValue(0);
            case EVERYONE -> 0;
        };
    }

    /** Returns the number of documents that the projector marked as broken. */
    long countBroken() {
        return fields.path("counts").path(VerifyReport.BROKEN).longValue(0);
    }

    /**
     * Returns the number of aggregates and users in a scope that the verify could not judge. An old result does not
     * separate the scopes, so that each of them has all of them.
     */
    private long countUnsettled(VerifyScope scope) {
        return fields.has(VerifyScope.FIELD) ? scope.countUnsettled(fields) : countUnsettled();
    }

    /** Returns the number of aggregates and users that the verify could not judge. */
    long countUnsettled() {
        return fields.path("unsettled").longValue(0);
    }

    /** Returns whether the verify wrote events that repair drift. */
    boolean wroteRepairs() {
        return fields.path("repaired").longValue(0)
                        + fields.path("repairsPending").longValue(0)
                > 0;
    }

    /** Returns the time at which the job was completed. */
    Instant completedAt() {
        return requireNonNull(verify.finishedAt());
    }
}
