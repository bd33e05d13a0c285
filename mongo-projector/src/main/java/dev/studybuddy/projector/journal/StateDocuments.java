package dev.studybuddy.projector.journal;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventJson;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonWriter;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** States as JSON trees and as MongoDB documents, field by field the same. */
public final class StateDocuments {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int DEPTH = 32;

    /** Fields that a mirror has from elsewhere. */
    private static final Set<String> OTHERWISE = Set.of("id", "version", "offset");

    private StateDocuments() {}

    /**
     * What a mirror has of a state: every field as it stands in the JSON object, its {@code id} as {@code _id}, and without
     * {@code version} and {@code offset}, which the mirror has as numbers of 64 bits.
     *
     * @throws IllegalArgumentException where MongoDB can't hold it: a name that begins with {@code $} or {@code _}, has a
     *     dot or a zero character, or is empty, a number beyond 64 bits, more than 32 levels
     */
    public static RawBsonDocument mirrored(JsonNode state) {
        if (!state.isObject()) {
            throw new IllegalArgumentException("not an object");
        }
        return Bson.document(writer -> {
            // As text whatever it is: so the state's own id is read.
            writer.writeString("_id", state.path("id").asString(""));
            for (Map.Entry<String, JsonNode> field : state.properties()) {
                if (!OTHERWISE.contains(field.getKey())) {
                    write(writer, field, 0);
                }
            }
        });
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

    private static void write(BsonWriter writer, Map.Entry<String, JsonNode> field, int depth) {
        writer.writeName(checked(field.getKey()));
        write(writer, field.getValue(), depth + 1);
    }

    private static void write(BsonWriter writer, JsonNode node, int depth) {
        if (depth > DEPTH) {
            throw new IllegalArgumentException("more than " + DEPTH + " levels");
        }
        switch (node.getNodeType()) {
            case OBJECT -> {
                writer.writeStartDocument();
                node.properties().forEach(field -> write(writer, field, depth));
                writer.writeEndDocument();
            }
            case ARRAY -> {
                writer.writeStartArray();
                node.forEach(element -> write(writer, element, depth + 1));
                writer.writeEndArray();
            }
            case STRING -> writer.writeString(node.stringValue());
            case BOOLEAN -> writer.writeBoolean(node.booleanValue());
            case NULL -> writer.writeNull();
            case NUMBER -> writeNumber(writer, node);
            case BINARY, MISSING, POJO -> throw new IllegalArgumentException("a " + node.getNodeType());
        }
    }

    private static void writeNumber(BsonWriter writer, JsonNode node) {
        if (node.isInt()) {
            writer.writeInt32(node.intValue());
        } else if (node.isLong()) {
            writer.writeInt64(node.longValue());
        } else if (node.isIntegralNumber()) {
            throw new IllegalArgumentException("a number beyond 64 bits");
        } else {
            writer.writeDouble(node.doubleValue());
        }
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
