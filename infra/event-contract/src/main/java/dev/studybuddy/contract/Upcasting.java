package dev.studybuddy.contract;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Brings a value of an older schema to the present shape, version by version: each change of a shape is one {@link Step},
 * and everything behind the reading of a value knows the present shape alone. Mirrors hold what was read, so a raised
 * schema is a new version of every read model, and so a new generation.
 *
 * <p>What is left of a deleted aggregate has one shape for ever and passes untouched.
 */
public final class Upcasting {

    /** The steps to what this code writes. Schema 1 is the first, so there are none yet. */
    public static final Upcasting PRESENT = new Upcasting(AggregateType.SCHEMA_VERSION, List.of());

    private final int present;
    private final Map<AggregateType, SortedMap<Integer, Step>> steps = new EnumMap<>(AggregateType.class);

    /**
     * One change of one type's shape.
     *
     * @param from the schema that it finds; what it leaves is of the next
     * @param change may change its argument and return it
     */
    public record Step(AggregateType type, int from, UnaryOperator<ObjectNode> change) {}

    /**
     * A chain of steps.
     *
     * @param present the schema at which it ends
     * @param steps at least one for each schema below {@code present}, since a schema is raised for a change; at most one
     *     for each type and schema
     */
    public Upcasting(int present, List<Step> steps) {
        this.present = present;
        for (Step step : steps) {
            if (step.from() < 1 || step.from() >= present) {
                throw new IllegalArgumentException(
                        "a step from schema " + step.from() + " leads past the present one, " + present);
            }
            SortedMap<Integer, Step> ofType = this.steps.computeIfAbsent(step.type(), any -> new TreeMap<>());
            if (ofType.putIfAbsent(step.from(), step) != null) {
                throw new IllegalArgumentException("two steps from schema " + step.from() + " of "
                        + step.type().code());
            }
        }
        List<Integer> without = new ArrayList<>();
        for (int schema = 1; schema < present; schema++) {
            int from = schema;
            if (steps.stream().noneMatch(step -> step.from() == from)) {
                without.add(from);
            }
        }
        if (!without.isEmpty()) {
            throw new IllegalArgumentException("no step from schema " + without);
        }
    }

    /** The schema at which the chain ends; a reader refuses a value of a newer one. */
    public int present() {
        return present;
    }

    /**
     * The value in the present shape.
     *
     * @param schema of the value, at least 1 and at most {@link #present()}
     * @param value is not changed
     * @throws IllegalArgumentException where the value is not of its schema's shape
     */
    public JsonNode toPresent(AggregateType type, int schema, JsonNode value) {
        if (schema < 1 || schema > present) {
            throw new IllegalArgumentException("schema " + schema + " is none of 1 to " + present);
        }
        SortedMap<Integer, Step> ofType =
                steps.getOrDefault(type, new TreeMap<>()).tailMap(schema);
        if (ofType.isEmpty() || !(value instanceof ObjectNode object) || DeletedState.is(value)) {
            return value;
        }
        ObjectNode changed = object.deepCopy();
        for (Step step : ofType.values()) {
            try {
                changed = step.change().apply(changed);
            } catch (RuntimeException otherShape) {
                throw new IllegalArgumentException(
                        "not of the shape of schema " + step.from() + " of " + type.code() + ": "
                                + otherShape.getMessage(),
                        otherShape);
            }
        }
        return changed;
    }
}
