package dev.studybuddy.contract;

import java.time.Instant;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeType;

/**
 * Checks the JSON types, the UUIDs, the version and the times of an event. It checks neither the lengths of texts nor
 * the ranges of other numbers. A reader dead-letters an event that this check does not accept, so the API must reject a
 * request whose event would violate it.
 */
public final class SchemaCheck {

    private static final long MAX_VERSION = 1L << 48;
    private static final String UUID_FORM = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    private static final Map<AggregateType, List<Field>> FIELDS = new EnumMap<>(Map.of(
            AggregateType.USER, fieldsOf(UserState.class),
            AggregateType.TODO, fieldsOf(TodoState.class),
            AggregateType.SESSION, fieldsOf(SessionState.class)));

    private static final Map<AggregateType, Set<String>> NAMES = FIELDS.entrySet().stream()
            .collect(Collectors.toUnmodifiableMap(
                    Map.Entry::getKey,
                    type -> type.getValue().stream().map(Field::name).collect(Collectors.toUnmodifiableSet())));

    private record Field(String name, JsonNodeType type) {}

    private SchemaCheck() {}

    /** Returns the names of the fields that the schema of a type contains. */
    public static Set<String> fields(AggregateType type) {
        return NAMES.getOrDefault(type, Set.of());
    }

    /**
     * Returns a description of the first field whose JSON type the schema does not allow, or null if all types are
     * correct. The parser accepts a number as a text, for example, but the mirror would hold the number, and its
     * readers expect the text.
     */
    private static @Nullable String findTypeViolation(AggregateType type, JsonNode value) {
        for (Field field : FIELDS.getOrDefault(type, List.of())) {
            JsonNode found = value.get(field.name());
            boolean fits = found == null
                    || found.isNull()
                    || (found.getNodeType() == field.type() && !found.isFloatingPointNumber());
            if (!fits) {
                return "the field " + field.name() + " has the JSON type "
                        + found.getNodeType().name().toLowerCase(Locale.ROOT) + "; the schema requires "
                        + describe(field.type());
            }
        }
        return null;
    }

    /**
     * Returns a description of the first violation of the schema, or null if the event conforms to the schema.
     *
     * @param value the value from which the state was read
     * @param writtenAt the time in the headers of the event
     */
    public static @Nullable String findViolation(
            AggregateType type, JsonNode value, AggregateState state, Instant writtenAt) {
        String typeViolation = findTypeViolation(type, value);
        if (typeViolation != null) {
            return typeViolation;
        }
        if (!isUuid(state.id())) {
            return "the id is not a UUID";
        }
        if (!isUuid(state.owner())) {
            return "the id of the user is not a UUID";
        }
        if (state.version() > MAX_VERSION) {
            return "the version exceeds 2^48";
        }
        return EventYears.contain(writtenAt) && areTimesValid(state)
                ? null
                : "a time lies outside the years " + EventYears.FIRST + " to " + EventYears.LAST;
    }

    private static boolean areTimesValid(AggregateState state) {
        return switch (state) {
            case UserState user -> EventYears.contain(user.createdAt()) && EventYears.contain(user.updatedAt());
            case TodoState todo ->
                EventYears.contain(todo.createdAt())
                        && EventYears.contain(todo.updatedAt())
                        && EventYears.contain(todo.completedAt())
                        && EventYears.contain(todo.completedOn())
                        && EventYears.contain(todo.scheduledFor());
            case SessionState session ->
                EventYears.contain(session.createdAt())
                        && EventYears.contain(session.updatedAt())
                        && EventYears.contain(session.completedAt())
                        && EventYears.contain(session.completedOn());
            case DeletedState deleted -> true;
        };
    }

    /** Returns whether a text is a UUID in its usual form, with letters of either case. */
    private static boolean isUuid(String text) {
        if (text.length() != UUID_FORM.length()) {
            return false;
        }
        for (int index = 0; index < text.length(); index++) {
            char character = text.charAt(index);
            boolean fits = UUID_FORM.charAt(index) == '-' ? character == '-' : HexFormat.isHexDigit(character);
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static List<Field> fieldsOf(Class<? extends Record> state) {
        return Stream.of(state.getRecordComponents())
                .map(component -> new Field(component.getName(), jsonTypeOf(component.getType())))
                .toList();
    }

    private static String describe(JsonNodeType type) {
        return type == JsonNodeType.NUMBER
                ? "a whole number"
                : "a " + type.name().toLowerCase(Locale.ROOT);
    }

    private static JsonNodeType jsonTypeOf(Class<?> type) {
        if (type == boolean.class) {
            return JsonNodeType.BOOLEAN;
        }
        return type == int.class || type == long.class ? JsonNodeType.NUMBER : JsonNodeType.STRING;
    }
}
