package dev.studybuddy.api.operations.verify;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the findings of a verify of all read models into its job's result. The result contains one result for each
 * read model, and their sum in the fields that the result of a verify of one read model has.
 */
final class AllModelsFindings {

    /** This field of a job's result contains the results of the read models. */
    static final String MODELS = "models";

    private static final String NOT_VERIFIED = "notVerified";
    private static final String CONSISTENT = "consistent";
    private static final List<String> AMOUNTS =
            List.of("compared", "unsettled", "repaired", "repairsPending", "notRepaired");

    private final ObjectNode result;

    /** This number of results is complete. The next one, if there is one, belongs to the verify that runs. */
    private int completed;

    private AllModelsFindings(ObjectNode result, int completed) {
        this.result = result;
        this.completed = completed;
    }

    /** Returns empty findings. */
    static AllModelsFindings begin(ObjectNode result) {
        result.removeAll();
        result.putArray(MODELS);
        result.putArray(NOT_VERIFIED);
        result.putNull(CONSISTENT);
        return new AllModelsFindings(result, 0);
    }

    /** Returns findings that continue those of an earlier attempt, which had begun the last read model. */
    static AllModelsFindings resume(ObjectNode result) {
        return new AllModelsFindings(result, result.path(MODELS).size() - 1);
    }

    /** Returns whether the verify of any read model is complete. */
    boolean hasCompleted() {
        return completed > 0;
    }

    /** Returns whether the verify of a read model is complete. */
    boolean hasCompleted(String model) {
        return models().valueStream().limit(completed).anyMatch(one -> isOf(one, model));
    }

    /**
     * Returns the result of the read model that is verified next: the one that an earlier attempt began, or an empty
     * one.
     */
    ObjectNode open(String model) {
        removeOpenUnless(model);
        ArrayNode models = models();
        return models.size() > completed ? (ObjectNode) models.get(completed) : models.addObject();
    }

    /** Removes the open result, unless it is about this read model. */
    private void removeOpenUnless(String model) {
        if (models().size() > completed && !isOf(models().get(completed), model)) {
            models().remove(completed);
        }
    }

    /** Completes the open result. */
    void complete() {
        completed = models().size();
    }

    /** Removes the open result, and records the reason why the read model is not verified. */
    void skip(String model, String reason) {
        removeOpenUnless("");
        addReason(model, reason);
    }

    /** Returns whether any read model is recorded as not verified. */
    boolean hasSkipped() {
        return !result.path(NOT_VERIFIED).isEmpty();
    }

    /** Returns whether a read model is recorded as not verified. */
    boolean hasSkipped(String model) {
        return result.path(NOT_VERIFIED).valueStream().anyMatch(one -> isOf(one, model));
    }

    /** Returns the read models that a result records as not verified; none if the verify was of one read model. */
    static List<String> findSkipped(JsonNode result) {
        return result.path(NOT_VERIFIED)
                .valueStream()
                .map(AllModelsFindings::modelOf)
                .toList();
    }

    private void addReason(String model, String reason) {
        ((ArrayNode) result.path(NOT_VERIFIED)).addObject().put("model", model).put("reason", reason);
    }

    /** Sets the fields that hold the sum of all results. */
    void addUp() {
        AMOUNTS.forEach(amount -> result.put(amount, sum(one -> one.path(amount))));
        VerifyScope.addUp(models().valueStream().toList(), result);
        ObjectNode counts = result.putObject("counts");
        Set<String> notCompared = new LinkedHashSet<>();
        for (String list : VerifyFindings.LISTS) {
            counts.put(list, sum(one -> one.path("counts").path(list)));
            ArrayNode entries = result.putArray(list);
            for (JsonNode one : models()) {
                one.path(list)
                        .valueStream()
                        .limit(VerifyFindings.MAX_LISTED - entries.size())
                        .forEach(entry ->
                                entries.addObject().put("model", modelOf(one)).setAll((ObjectNode) entry));
            }
        }
        models().forEach(one -> one.path("notCompared").forEach(list -> notCompared.add(list.asString(""))));
        ArrayNode lists = result.putArray("notCompared");
        notCompared.forEach(lists::add);
    }

    /**
     * Sets whether all read models are consistent. The field stays null if no difference was found, but a read model
     * could not be verified or could not be compared completely.
     *
     * @param notVerified the reason for each read model that was not verified, by the name of the read model
     */
    void conclude(Map<String, String> notVerified) {
        removeOpenUnless("");
        notVerified.forEach(this::addReason);
        if (models().valueStream().anyMatch(one -> !one.path(CONSISTENT).booleanValue(true))) {
            result.put(CONSISTENT, false);
        } else if (!hasSkipped()
                && models().valueStream().allMatch(one -> one.path(CONSISTENT).booleanValue(false))) {
            result.put(CONSISTENT, true);
        }
    }

    private long sum(Function<JsonNode, JsonNode> amount) {
        return models().valueStream()
                .mapToLong(one -> amount.apply(one).longValue(0))
                .sum();
    }

    private ArrayNode models() {
        return (ArrayNode) result.path(MODELS);
    }

    private static boolean isOf(JsonNode one, String model) {
        return modelOf(one).equals(model);
    }

    private static String modelOf(JsonNode one) {
        return one.path("model").asString("");
    }
}
