package dev.studybuddy.projector.journal;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.SchemaCheck;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bson.BsonBinaryReader;
import org.bson.BsonReader;
import org.bson.BsonType;
import org.bson.RawBsonDocument;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the fields of a mirror that planning needs, without decoding the rest of the document. These are the version
 * and the offset of the mirror, the flag of a deleted aggregate, and every field of the state. Every field is read
 * because the contribution of a read model, such as one from another jar, may use any of them. A mirror holds more
 * fields, such as those that only an earlier release stored.
 */
final class MirrorFields {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Map<AggregateType, Set<String>> NAMES =
            Arrays.stream(AggregateType.values()).collect(Collectors.toMap(Function.identity(), MirrorFields::namesOf));

    private MirrorFields() {}

    /** Returns the names of the fields that planning needs besides {@code _id}. */
    static Set<String> of(AggregateType type) {
        return NAMES.getOrDefault(type, Set.of());
    }

    private static Set<String> namesOf(AggregateType type) {
        Set<String> names = new TreeSet<>(SchemaCheck.fields(type));
        // A mirror holds the id as _id.
        names.remove("id");
        names.addAll(Set.of("version", "offset", "deleted"));
        return names;
    }

    /**
     * Returns the fields that planning needs, with {@code _id} as {@code id}.
     *
     * @throws IllegalArgumentException if one of them has a type that no event has
     */
    static ObjectNode read(AggregateType type, RawBsonDocument mirror) {
        Set<String> names = of(type);
        ObjectNode fields = NODES.objectNode();
        try (BsonBinaryReader reader =
                new BsonBinaryReader(mirror.getByteBuffer().asNIO())) {
            reader.readStartDocument();
            while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
                String name = reader.readName();
                if (name.equals("_id")) {
                    fields.set("id", readValue(name, reader));
                } else if (names.contains(name)) {
                    fields.set(name, readValue(name, reader));
                } else {
                    reader.skipValue();
                }
            }
        }
        return fields;
    }

    private static JsonNode readValue(String name, BsonReader reader) {
        BsonType type = reader.getCurrentBsonType();
        return switch (type) {
            case STRING -> NODES.stringNode(reader.readString());
            case BOOLEAN -> NODES.booleanNode(reader.readBoolean());
            case INT32 -> NODES.numberNode(reader.readInt32());
            case INT64 -> NODES.numberNode(reader.readInt64());
            case DOUBLE -> NODES.numberNode(reader.readDouble());
            case NULL -> {
                reader.readNull();
                yield NODES.nullNode();
            }
            default ->
                throw new IllegalArgumentException("the field " + name + " of the mirror has the BSON type " + type);
        };
    }
}
