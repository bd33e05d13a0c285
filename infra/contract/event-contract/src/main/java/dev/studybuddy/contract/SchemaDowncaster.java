package dev.studybuddy.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a state in the present schema or in an older one. A program that is able to write a new schema still writes
 * the older one until all readers read the new one, so each step of {@link SchemaUpcaster} has its inverse here.
 *
 * <p>A deleted state has the same shape in every schema and passes unchanged.
 */
public final class SchemaDowncaster {

    /**
     * This sequence of steps starts at the schema of this code. Schema 1 is the first schema, so the sequence has no
     * steps yet.
     */
    public static final SchemaDowncaster PRESENT = new SchemaDowncaster(AggregateType.SCHEMA_VERSION, List.of());

    private final int present;
    private final Map<AggregateType, NavigableMap<Integer, Step>> steps = new EnumMap<>(AggregateType.class);

    /**
     * A step is one change of one type's shape.
     *
     * @param to the schema of the step's output; its input has the next schema
     * @param change the conversion, which may modify its argument and return it
     */
    public record Step(AggregateType type, int to, UnaryOperator<ObjectNode> change) {}

    /**
     * Creates a sequence of steps.
     *
     * @param present the schema at which the sequence starts
     * @param steps at most one step for each type and schema
     * @throws IllegalArgumentException if a step does not lead to a schema from 1 to below {@code present}, or if two
     *     steps of one type lead to the same schema
     */
    public SchemaDowncaster(int present, List<Step> steps) {
        this.present = present;
        for (Step step : steps) {
            if (step.to() < 1 || step.to() >= present) {
                throw new IllegalArgumentException(
                        "a step leads to schema " + step.to() + "; it must be at least 1 and below " + present);
            }
            NavigableMap<Integer, Step> ofType = this.steps.computeIfAbsent(step.type(), any -> new TreeMap<>());
            if (ofType.putIfAbsent(step.to(), step) != null) {
                throw new IllegalArgumentException("two steps lead to schema " + step.to() + " of "
                        + step.type().code() + "; only one is allowed");
            }
        }
    }

    /** Returns the schema at which the sequence starts, which is the newest one that can be written. */
    public int present() {
        return present;
    }

    /**
     * Returns a state as the JSON text of an event.
     *
     * @param schema the schema of the text, at least 1 and at most {@link #present()}
     * @throws IllegalArgumentException if the schema is outside this range
     */
    public String write(AggregateType type, int schema, AggregateState state) {
        if (schema < 1 || schema > present) {
            throw new IllegalArgumentException("schema " + schema + " is outside the range 1 to " + present);
        }
        String text = EventJson.write(state);
        NavigableMap<Integer, Step> ofType =
                steps.getOrDefault(type, new TreeMap<>()).tailMap(schema, true);
        if (ofType.isEmpty() || state instanceof DeletedState) {
            return text;
        }
        JsonNode value = EventJson.tree(text.getBytes(UTF_8));
        for (Step step : ofType.descendingMap().values()) {
            value = step.change().apply((ObjectNode) value);
        }
        return value.toString();
    }
}
