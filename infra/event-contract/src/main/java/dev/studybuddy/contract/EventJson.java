package dev.studybuddy.contract;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/** The JSON of event values: written exactly, read leniently (a field that a reader doesn't know is ignored). */
public final class EventJson {

    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(instants().addDeserializer(Instant.class, new InstantReading()))
            .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private EventJson() {}

    /** An instant as it stands on every wire of this system: ISO-8601, UTC, always six digits of a second. */
    public static String text(Instant instant) {
        return MICROS.format(instant);
    }

    /**
     * Reads an instant in ISO-8601; fastest as {@link #text} writes it.
     *
     * @throws DateTimeParseException where it is none
     */
    public static Instant instant(String text) {
        Instant exact = InstantReading.exact(text);
        return exact == null ? Instant.parse(text) : exact;
    }

    /** Writes instants by {@link #text}; the API uses it too. */
    public static SimpleModule instants() {
        SimpleModule module = new SimpleModule("microsecond-instants");
        module.addSerializer(Instant.class, new StdSerializer<>(Instant.class) {
            @Override
            public void serialize(Instant value, JsonGenerator generator, SerializationContext context) {
                generator.writeString(text(value));
            }
        });
        return module;
    }

    /** The value of an event, JSON text. */
    public static String write(AggregateState state) {
        return MAPPER.writeValueAsString(state);
    }

    /**
     * Reads the value of an event.
     *
     * @throws JacksonException where it is no JSON, lacks a field, or has one of another type
     */
    public static AggregateState read(AggregateType type, byte[] value) {
        return read(type, tree(value));
    }

    /**
     * The value of an event as a tree, with every field that stands there.
     *
     * @throws JacksonException where it is no JSON
     */
    public static JsonNode tree(byte[] value) {
        return MAPPER.readTree(value);
    }

    /**
     * Reads the tree of an event's value.
     *
     * @throws JacksonException where it lacks a field, or has one of another type
     */
    public static AggregateState read(AggregateType type, JsonNode tree) {
        if (!tree.isObject()) {
            throw MismatchedInputException.from((JsonParser) null, AggregateState.class, "the value is no JSON object");
        }
        if (DeletedState.is(tree)) {
            return MAPPER.treeToValue(tree, DeletedState.class);
        }
        Class<? extends AggregateState> shape = switch (type) {
            case USER -> UserState.class;
            case TODO -> TodoState.class;
            case SESSION -> SessionState.class;
        };
        return MAPPER.treeToValue(tree, shape);
    }
}
