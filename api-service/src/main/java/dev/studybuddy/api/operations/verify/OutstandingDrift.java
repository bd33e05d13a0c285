package dev.studybuddy.api.operations.verify;

import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Determines the differences that exist according to the results of verifies of one generation. Each result contains
 * the fields that {@link VerifyFindings} wrote.
 */
final class OutstandingDrift {

    private OutstandingDrift() {}

    /**
     * Returns the number of differences of all scopes, and of the broken documents in the newest result.
     *
     * @param newestFirst the results, newest first
     * @return the number; {@link Double#NaN} if there is no result, or if no difference was found and at least one
     *     compared scope was never settled
     */
    static double count(List<? extends JsonNode> newestFirst) {
        if (newestFirst.isEmpty()) {
            return Double.NaN;
        }
        double found = newestFirst
                .getFirst()
                .path("counts")
                .path(VerifyFindings.BROKEN)
                .doubleValue(0);
        boolean settled = true;
        for (VerifyScope scope : VerifyScope.values()) {
            double outstanding = count(scope, newestFirst);
            found += Double.isNaN(outstanding) ? 0 : outstanding;
            settled &= !Double.isNaN(outstanding);
        }
        return found > 0 || settled ? found : Double.NaN;
    }

    /**
     * Returns the number of differences of a scope, from the newest result that settled the scope or found a difference
     * in it. A verify that found no difference in a scope but left it unsettled therefore does not end the drift that
     * an earlier verify found there.
     *
     * @param newestFirst the results, newest first
     * @return the number, which is 0 for a scope that no verify compared; {@link Double#NaN} if verifies compared the
     *     scope, but none has settled it
     */
    static double count(VerifyScope scope, List<? extends JsonNode> newestFirst) {
        boolean anyCompared = false;
        for (JsonNode result : newestFirst) {
            if (scope.hasOutstanding(result)) {
                return scope.countOutstanding(result);
            }
            boolean compared =
                    scope == VerifyScope.MIRRORS || result.path("notCompared").isEmpty();
            long differences = countDifferences(scope, result);
            if (differences > 0 || (compared && countUnsettled(scope, result) == 0)) {
                return differences;
            }
            anyCompared |= compared;
        }
        return anyCompared ? Double.NaN : 0;
    }

    /**
     * Returns the number of differences in a scope. A result of an earlier version of this program counts the wrong
     * totals of all scopes together. The method then counts the wrong global totals that the result lists, and all
     * other wrong totals for the users.
     */
    private static long countDifferences(VerifyScope scope, JsonNode result) {
        if (result.has(VerifyScope.FIELD)) {
            return scope.countDifferences(result);
        }
        JsonNode counts = result.path("counts");
        return switch (scope) {
            case MIRRORS ->
                Stream.of(MirrorDifference.Kind.values())
                        .mapToLong(kind -> counts.path(kind.code()).longValue(0))
                        .sum();
            case USERS -> counts.path(VerifyFindings.WRONG_TOTALS).longValue(0) - countListedGlobalTotals(result);
            case GLOBAL_TOTALS -> countListedGlobalTotals(result);
        };
    }

    private static long countListedGlobalTotals(JsonNode result) {
        return result.path(VerifyFindings.WRONG_TOTALS)
                .valueStream()
                .map(wrong -> wrong.path("userId").asString(""))
                .filter(user -> VerifyScope.ofTotal(user) == VerifyScope.GLOBAL_TOTALS)
                .count();
    }

    /**
     * Returns the number of unsettled differences in a scope. A result of an earlier version of this program does not
     * divide them by scope, so each scope counts all of them.
     */
    private static long countUnsettled(VerifyScope scope, JsonNode result) {
        return result.has(VerifyScope.FIELD)
                ? scope.countUnsettled(result)
                : result.path("unsettled").longValue(0);
    }
}
