package dev.studybuddy.projector.journal;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** States as JSON trees and as MongoDB documents, field by field the same. */
public final class StateDocuments {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int DEPTH = 32;

    private StateDocuments() {}

    /**
     * The document of a JSON object, every field as it stands there.
     *
     * @throws IllegalArgumentException where MongoDB can't hold it: a name that begins with {@code $} or {@code _}, has a
     *     dot or a zero character, or is empty, a number beyond 64 bits, more than 32 levels
     */
    public static Document document(JsonNode object) {
        if (!object.isObject()) {
            throw new IllegalArgumentException("not an object");
        }
        return fields(object, 0);
    }

    static AggregateState state(AggregateType type, Document mirror) {
        ObjectNode tree = NODES.objectNode();
        mirror.forEach((name, value) -> {
            if (!name.startsWith("_")) {
                tree.set(name, toJson(value));
            }
        });
        tree.put("id", mirror.getString("_id"));
        return EventJson.read(type, tree);
    }

    private static Document fields(JsonNode object, int depth) {
        Document document = new Document();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            document.append(checked(field.getKey()), toBson(field.getValue(), depth + 1));
        }
        return document;
    }

    private static @Nullable Object toBson(JsonNode node, int depth) {
        if (depth > DEPTH) {
            throw new IllegalArgumentException("more than " + DEPTH + " levels");
        }
        return switch (node.getNodeType()) {
            case OBJECT -> fields(node, depth);
            case ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (JsonNode element : node) {
                    list.add(toBson(element, depth + 1));
                }
                yield list;
            }
            case STRING -> node.stringValue();
            case BOOLEAN -> node.booleanValue();
            case NULL -> null;
            case NUMBER -> number(node);
            case BINARY, MISSING, POJO -> throw new IllegalArgumentException("a " + node.getNodeType());
        };
    }

    private static Object number(JsonNode node) {
        if (node.isInt()) {
            return node.intValue();
        }
        if (node.isLong()) {
            return node.longValue();
        }
        if (node.isIntegralNumber()) {
            throw new IllegalArgumentException("a number beyond 64 bits");
        }
        return node.doubleValue();
    }

    private static String checked(String name) {
        if (name.isEmpty()
                || name.charAt(0) == '$'
                || name.charAt(0) == '_'
                || name.indexOf('.') >= 0
                || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a field that a mirror can't hold: '" + name + "'");
        }
        return name;
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
                throw new IllegalArgumentException("a " + value.getClass().getSimpleName());
        };
    }
}
