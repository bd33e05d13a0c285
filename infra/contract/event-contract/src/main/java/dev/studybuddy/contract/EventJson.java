package dev.studybuddy.contract;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * This class writes event values as JSON in one exact form and reads them leniently: a reader ignores an unknown field.
 * It reads no value that exceeds one of the {@link #LIMITS}, not even in an unknown field.
 */
public final class EventJson {

    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /**
     * A value has at most 500 levels, of which the value itself is the first; a number has at most 1 000 digits; the
     * name of a field has at most 50 000 bytes in UTF-8. These limits bound the stack and the time of a reader. They are
     * the defaults of Jackson and are set here, because a change of them would change which records a running generation
     * accepts. Such a change needs a new version of each projection.
     */
    private static final StreamReadConstraints LIMITS = StreamReadConstraints.builder()
            .maxNestingDepth(500)
            .maxNumberLength(1_000)
            .maxNameLength(50_000)
            .build();

    private static final JsonMapper MAPPER = JsonMapper.builder(
                    JsonFactory.builder().streamReadConstraints(LIMITS).build())
            .addModule(instants().addDeserializer(Instant.class, new InstantParser()))
            .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private EventJson() {}

    /**
     * Returns an instant in the text form of event values and of the API: ISO-8601 in UTC, with six digits of the
     * fraction of a second. The text omits further digits.
     */
    public static String text(Instant instant) {
        return MICROS.format(instant);
    }

    /**
     * Parses an instant in ISO-8601. The form that {@link #text} writes is the fastest to parse.
     *
     * @throws DateTimeParseException if the text is not an instant in ISO-8601
     */
    public static Instant instant(String text) {
        Instant exact = InstantParser.parseExact(text);
        return exact == null ? Instant.parse(text) : exact;
    }

    /** Returns a Jackson module that writes instants with {@link #text}. The API uses it too. */
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

    /** Returns the value of an event as JSON text. */
    public static String write(AggregateState state) {
        return MAPPER.writeValueAsString(state);
    }

    /**
     * Reads the value of an event.
     *
     * @throws JacksonException if the value is not JSON, exceeds a limit, lacks a required field, or has a field of the
     *     wrong type
     */
    public static AggregateState read(AggregateType type, byte[] value) {
        return read(type, tree(value));
    }

    /**
     * Returns the value of an event as a tree that keeps every field, including unknown ones.
     *
     * @throws JacksonException if the value is not JSON, or if it exceeds a limit
     */
    public static JsonNode tree(byte[] value) {
        return MAPPER.readTree(value);
    }

    /**
     * Reads the tree of an event's value.
     *
     * @throws JacksonException if the tree lacks a required field or has a field of the wrong type
     */
    public static AggregateState read(AggregateType type, JsonNode tree) {
        if (!tree.isObject()) {
            throw MismatchedInputException.from(
                    (JsonParser) null, AggregateState.class, "the value is not a JSON object");
        }
        if (DeletedState.isDeleted(tree)) {
            return MAPPER.treeToValue(tree, DeletedState.class);
        }
        AggregateState exact = ExactStateReader.read(type, tree);
        return exact == null ? readAnyForm(type, tree) : exact;
    }

    /** Reads a tree of an aggregate that is not deleted, whatever form its fields have. */
    static AggregateState readAnyForm(AggregateType type, JsonNode tree) {
        Class<? extends AggregateState> shape = switch (type) {
            case USER -> UserState.class;
            case TODO -> TodoState.class;
            case SESSION -> SessionState.class;
        };
        return MAPPER.treeToValue(tree, shape);
    }
}
