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
 * Converts a value of an older schema to the present schema, one schema after another. Each change of a schema is one
 * {@link Step} for each changed type, so all other code reads only values of the present schema. Mirrors hold the
 * converted values, so a raised schema requires a new version of every projection and a new generation of every read
 * model.
 *
 * <p>A deleted state has the same shape in every schema and passes unchanged.
 */
public final class SchemaUpcaster {

    /**
     * This sequence of steps leads to the schema that this code writes. Schema 1 is the first schema, so the sequence
     * has no steps yet.
     */
    public static final SchemaUpcaster PRESENT = new SchemaUpcaster(AggregateType.SCHEMA_VERSION, List.of());

    private final int present;
    private final Map<AggregateType, SortedMap<Integer, Step>> steps = new EnumMap<>(AggregateType.class);

    /**
     * A step is one change of one type's shape.
     *
     * @param from the schema of the step's input; its output has the next schema
     * @param change the conversion, which may modify its argument and return it
     */
    public record Step(AggregateType type, int from, UnaryOperator<ObjectNode> change) {}

    /**
     * Creates a sequence of steps.
     *
     * @param present the schema at which the sequence ends
     * @param steps the steps, at least one for each schema below {@code present}, because a schema is raised only for a
     *     change, and at most one for each type and schema
     * @throws IllegalArgumentException if a step does not start at a schema from 1 to below {@code present}, if two
     *     steps of one type start at the same schema, or if no step starts at a schema below {@code present}
     */
    public SchemaUpcaster(int present, List<Step> steps) {
        this.present = present;
        for (Step step : steps) {
            if (step.from() < 1 || step.from() >= present) {
                throw new IllegalArgumentException(
                        "a step starts at schema " + step.from() + "; it must start at 1 or more and below " + present);
            }
            SortedMap<Integer, Step> ofType = this.steps.computeIfAbsent(step.type(), any -> new TreeMap<>());
            if (ofType.putIfAbsent(step.from(), step) != null) {
                throw new IllegalArgumentException("two steps start at schema " + step.from() + " of "
                        + step.type().code() + "; only one is allowed");
            }
        }
        List<Integer> missing = new ArrayList<>();
        for (int schema = 1; schema < present; schema++) {
            int from = schema;
            if (steps.stream().noneMatch(step -> step.from() == from)) {
                missing.add(from);
            }
        }
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("no step starts at schema " + missing + "; each schema needs one");
        }
    }

    /** Returns the schema at which the sequence ends. A reader rejects a value of a newer schema. */
    public int present() {
        return present;
    }

    /**
     * Returns a value in the present schema.
     *
     * @param schema the schema of the value, at least 1 and at most {@link #present()}
     * @param value the value, which is not modified
     * @throws IllegalArgumentException if the schema is outside this range, or if the value does not have the shape of
     *     its schema
     */
    public JsonNode toPresent(AggregateType type, int schema, JsonNode value) {
        if (schema < 1 || schema > present) {
            throw new IllegalArgumentException("schema " + schema + " is outside the range 1 to " + present);
        }
        SortedMap<Integer, Step> ofType =
                steps.getOrDefault(type, new TreeMap<>()).tailMap(schema);
        if (ofType.isEmpty() || !(value instanceof ObjectNode object) || DeletedState.isDeleted(value)) {
            return value;
        }
        ObjectNode changed = object.deepCopy();
        for (Step step : ofType.values()) {
            try {
                changed = step.change().apply(changed);
            } catch (RuntimeException otherShape) {
                throw new IllegalArgumentException(
                        "the value does not have the shape of schema " + step.from() + " of " + type.code() + ": "
                                + otherShape.getMessage(),
                        otherShape);
            }
        }
        return changed;
    }
}
