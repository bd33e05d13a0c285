package dev.studybuddy.api.operations.verify;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A scope is the part of a verify whose comparison settles independently of the others. Under steady load, for example,
 * the global totals may stay unsettled although each mirror and each user's totals are settled.
 */
enum VerifyScope {
    MIRRORS("mirrors"),
    USERS("users"),
    /**
     * The global totals are the totals of all users and of each subject. Results of earlier versions of this program
     * contain the code {@code everyone}, so the code does not follow the name of this constant.
     */
    GLOBAL_TOTALS("everyone");

    /** This field of a result contains the numbers of each scope. */
    static final String FIELD = "scopes";

    private static final String DIFFERENCES = "differences";
    private static final String UNSETTLED = "unsettled";
    private static final String OUTSTANDING = "outstanding";

    private final String code;

    VerifyScope(String code) {
        this.code = code;
    }

    /** Returns the scope of a total. */
    static VerifyScope ofTotal(String user) {
        return user.equals(GlobalTotalsCheck.ALL_USERS_ID) ? GLOBAL_TOTALS : USERS;
    }

    /** Sets the numbers of all scopes in a result to 0. */
    static void begin(ObjectNode result) {
        ObjectNode scopes = result.putObject(FIELD);
        for (VerifyScope scope : values()) {
            scopes.putObject(scope.code()).put(DIFFERENCES, 0).put(UNSETTLED, 0);
        }
    }

    /**
     * Sets the numbers of all scopes in a sum of results. The sum has the field {@code outstanding} only if each result
     * has it. In the sum, the field is null if it is null in any result.
     */
    static void addUp(List<? extends JsonNode> results, ObjectNode sum) {
        begin(sum);
        for (VerifyScope scope : values()) {
            for (JsonNode result : results) {
                scope.add(sum, DIFFERENCES, scope.countDifferences(result));
                scope.add(sum, UNSETTLED, scope.countUnsettled(result));
            }
            if (!results.isEmpty() && results.stream().allMatch(scope::hasOutstanding)) {
                scope.setOutstanding(
                        sum,
                        results.stream().mapToDouble(scope::countOutstanding).sum());
            }
        }
    }

    /** Returns the number of differences in this scope. */
    long countDifferences(JsonNode result) {
        return result.path(FIELD).path(code()).path(DIFFERENCES).longValue(0);
    }

    /** Returns the number of aggregates or users in this scope with an unsettled difference. */
    long countUnsettled(JsonNode result) {
        return result.path(FIELD).path(code()).path(UNSETTLED).longValue(0);
    }

    /** Returns whether the verify recorded the number of outstanding differences. */
    boolean hasOutstanding(JsonNode result) {
        return result.path(FIELD).path(code()).has(OUTSTANDING);
    }

    /** Returns the recorded number of outstanding differences; {@link Double#NaN} if it is unknown. */
    double countOutstanding(JsonNode result) {
        return result.path(FIELD).path(code()).path(OUTSTANDING).doubleValue(Double.NaN);
    }

    /**
     * Records the number of differences that exist according to this verify and, if it does not settle the scope,
     * according to earlier ones. The newest result is therefore sufficient, however long the retention of jobs is.
     */
    void setOutstanding(ObjectNode result, double outstanding) {
        if (Double.isNaN(outstanding)) {
            numbers(result).putNull(OUTSTANDING);
        } else {
            numbers(result).put(OUTSTANDING, (long) outstanding);
        }
    }

    void addDifference(ObjectNode result) {
        add(result, DIFFERENCES, 1);
    }

    void setUnsettled(ObjectNode result, long unsettled) {
        numbers(result).put(UNSETTLED, unsettled);
    }

    private void add(ObjectNode result, String number, long more) {
        ObjectNode numbers = numbers(result);
        numbers.put(number, numbers.path(number).longValue(0) + more);
    }

    private ObjectNode numbers(ObjectNode result) {
        return (ObjectNode) result.path(FIELD).path(code());
    }

    private String code() {
        return code;
    }
}
