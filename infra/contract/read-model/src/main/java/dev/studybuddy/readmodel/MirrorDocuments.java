package dev.studybuddy.readmodel;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventJson;
import java.util.List;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the state of an aggregate back from its mirror. A mirror holds the fields of the event's value unchanged, with
 * {@code id} as {@code _id}. The field {@code offset} and the other fields whose names begin with {@code _} do not
 * belong to the state.
 */
public final class MirrorDocuments {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private MirrorDocuments() {}

    /**
     * Returns the state that a mirror holds. The mirror of a deleted aggregate holds none.
     *
     * @throws IllegalArgumentException if the mirror has a value of a type that no event has
     * @throws tools.jackson.core.JacksonException if the mirror has a field of the wrong type or lacks a required
     *     field; the mirror of a deleted aggregate lacks the owner
     */
    public static AggregateState toState(AggregateType type, Document mirror) {
        ObjectNode tree = NODES.objectNode();
        mirror.forEach((name, value) -> {
            if (!name.startsWith("_")) {
                tree.set(name, toJson(value));
            }
        });
        tree.put("id", mirror.getString("_id"));
        return EventJson.read(type, tree);
    }

    private static JsonNode toJson(@Nullable Object value) {
        return switch (value) {
            case null -> NODES.nullNode();
            case String text -> NODES.stringNode(text);
            case Boolean flag -> NODES.booleanNode(flag);
            case Integer number -> NODES.numberNode(number);
            case Long number -> NODES.numberNode(number);
            case Double number -> NODES.numberNode(number);
            case List<?> list -> {
                ArrayNode array = NODES.arrayNode();
                list.forEach(element -> array.add(toJson(element)));
                yield array;
            }
            case Document document -> {
                ObjectNode object = NODES.objectNode();
                document.forEach((name, field) -> object.set(name, toJson(field)));
                yield object;
            }
            default ->
                throw new IllegalArgumentException("the mirror contains a value of type "
                        + value.getClass().getSimpleName());
        };
    }
}
