package dev.studybuddy.projector.decode;

import dev.studybuddy.projector.journal.BsonEncoder;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.bson.BsonWriter;
import org.bson.RawBsonDocument;
import tools.jackson.databind.JsonNode;

/**
 * Converts the JSON tree of a state to the part of its mirror that has the same fields.
 * {@link dev.studybuddy.readmodel.MirrorDocuments} converts a mirror back.
 */
public final class StateDocuments {

    private static final int MAX_DEPTH = 32;

    /** This set holds the fields whose values the mirror does not take from the JSON object. */
    private static final Set<String> FIELDS_SET_BY_MIRROR = Set.of("id", "version", "offset");

    private StateDocuments() {}

    /**
     * Returns the part of a mirror document that comes from a state: every field of the JSON object unchanged, with
     * {@code id} as {@code _id}, and without {@code version} and {@code offset}, which the mirror stores as 64-bit
     * numbers.
     *
     * @throws IllegalArgumentException if MongoDB cannot store the state: a field name is empty, begins with {@code $}
     *     or {@code _}, or contains a dot or a zero character; a number exceeds 64 bits; or there are more than 32
     *     levels
     */
    public static RawBsonDocument toMirrorBody(JsonNode state) {
        return toMirrorBody(state, field -> true);
    }

    /**
     * Returns the part of a mirror document that comes from a state, like {@link #toMirrorBody(JsonNode)}, but with
     * some fields only.
     *
     * @param isStored decides by its name whether a field of the JSON object belongs to the mirror
     */
    public static RawBsonDocument toMirrorBody(JsonNode state, Predicate<String> isStored) {
        if (!state.isObject()) {
            throw new IllegalArgumentException("the state is not a JSON object");
        }
        return BsonEncoder.encode(writer -> {
            // The id is written as text whatever its JSON type is, because the state's id is read in the same way.
            writer.writeString("_id", state.path("id").asString(""));
            for (Map.Entry<String, JsonNode> field : state.properties()) {
                if (!FIELDS_SET_BY_MIRROR.contains(field.getKey()) && isStored.test(field.getKey())) {
                    write(writer, field, 0);
                }
            }
        });
    }

    private static void write(BsonWriter writer, Map.Entry<String, JsonNode> field, int depth) {
        writer.writeName(checkName(field.getKey()));
        write(writer, field.getValue(), depth + 1);
    }

    private static void write(BsonWriter writer, JsonNode node, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("the state has more than " + MAX_DEPTH + " levels");
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
            case BINARY, MISSING, POJO ->
                throw new IllegalArgumentException("the state contains a node of type " + node.getNodeType());
        }
    }

    private static void writeNumber(BsonWriter writer, JsonNode node) {
        if (node.isInt()) {
            writer.writeInt32(node.intValue());
        } else if (node.isLong()) {
            writer.writeInt64(node.longValue());
        } else if (node.isIntegralNumber()) {
            throw new IllegalArgumentException("the state contains an integer beyond 64 bits");
        } else {
            writer.writeDouble(node.doubleValue());
        }
    }

    private static String checkName(String name) {
        if (name.isEmpty()
                || name.charAt(0) == '$'
                || name.charAt(0) == '_'
                || name.indexOf('.') >= 0
                || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a mirror cannot store a field with the name '" + name + "'");
        }
        return name;
    }
}
