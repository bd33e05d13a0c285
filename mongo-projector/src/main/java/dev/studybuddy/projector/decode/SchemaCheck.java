package dev.studybuddy.projector.decode;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.contract.UserState;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Year;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeType;

/** Checks decoded events by the limits of the schema. */
final class SchemaCheck {

    private static final int FIRST_YEAR = 2000;
    private static final int LAST_YEAR = 2200;
    private static final long MAX_VERSION = 1L << 48;
    private static final Instant FIRST_INSTANT =
            Year.of(FIRST_YEAR).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    private static final Instant END_INSTANT =
            Year.of(LAST_YEAR + 1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    private static final Map<AggregateType, Map<String, JsonNodeType>> FIELDS = new EnumMap<>(Map.of(
            AggregateType.USER, fieldsOf(UserState.class),
            AggregateType.TODO, fieldsOf(TodoState.class),
            AggregateType.SESSION, fieldsOf(SessionState.class)));

    private SchemaCheck() {}

    /** Returns the names of the fields that the schema of a type contains. */
    static Set<String> fields(AggregateType type) {
        return FIELDS.getOrDefault(type, Map.of()).keySet();
    }

    /**
     * Returns why the fields of a value have other JSON types than the schema requires, or null if they do not. The parser
     * accepts a number as a text, for example, but the mirror would hold the number, and its readers expect the text.
     */
    private static @Nullable String findTypeViolation(AggregateType type, JsonNode value) {
        for (Map.Entry<String, JsonNodeType> field :
                FIELDS.getOrDefault(type, Map.of()).entrySet()) {
            JsonNode found = value.get(field.getKey());
            boolean fits = found == null
                    || found.isNull()
                    || (found.getNodeType() == field.getValue() && !found.isFloatingPointNumber());
            if (!fits) {
                return "the field " + field.getKey() + " has the JSON type "
                        + found.getNodeType().name().toLowerCase(Locale.ROOT) + " with an unsuitable value";
            }
        }
        return null;
    }

    /**
     * Returns why an event violates the schema, or null if it does not.
     *
     * @param value the value from which the state was read
     */
    static @Nullable String findViolation(AggregateType type, JsonNode value, AggregateState state, Instant writtenAt) {
        String typeViolation = findTypeViolation(type, value);
        if (typeViolation != null) {
            return typeViolation;
        }
        if (!isUuid(state.id())) {
            return "the id is no UUID";
        }
        if (!isUuid(state.owner())) {
            return "the id of the user is no UUID";
        }
        if (state.version() > MAX_VERSION) {
            return "the version exceeds 2^48";
        }
        boolean instantsFit =
                instantsOf(state, writtenAt).allMatch(one -> !one.isBefore(FIRST_INSTANT) && one.isBefore(END_INSTANT));
        boolean datesFit = datesOf(state).allMatch(one -> one.getYear() >= FIRST_YEAR && one.getYear() <= LAST_YEAR);
        return instantsFit && datesFit ? null : "a time lies outside the years 2000 to 2200";
    }

    private static Stream<Instant> instantsOf(AggregateState state, Instant writtenAt) {
        return switch (state) {
            case UserState user -> Stream.of(writtenAt, user.createdAt(), user.updatedAt());
            case TodoState todo ->
                Stream.concat(
                        Stream.of(writtenAt, todo.createdAt(), todo.updatedAt()),
                        Stream.ofNullable(todo.completedAt()));
            case SessionState session ->
                Stream.of(writtenAt, session.createdAt(), session.updatedAt(), session.completedAt());
            case DeletedState deleted -> Stream.of(writtenAt);
        };
    }

    private static Stream<LocalDate> datesOf(AggregateState state) {
        return switch (state) {
            case TodoState todo ->
                Stream.concat(Stream.ofNullable(todo.completedOn()), Stream.ofNullable(todo.scheduledFor()));
            case SessionState session -> Stream.of(session.completedOn());
            case UserState user -> Stream.empty();
            case DeletedState deleted -> Stream.empty();
        };
    }

    /** Returns whether a text is a UUID in its usual form; {@link UUID#fromString} accepts shorter forms too. */
    private static boolean isUuid(String text) {
        try {
            return UUID.fromString(text).toString().equalsIgnoreCase(text);
        } catch (IllegalArgumentException other) {
            return false;
        }
    }

    private static Map<String, JsonNodeType> fieldsOf(Class<? extends Record> state) {
        return Stream.of(state.getRecordComponents())
                .collect(Collectors.toUnmodifiableMap(
                        RecordComponent::getName, component -> jsonTypeOf(component.getType())));
    }

    private static JsonNodeType jsonTypeOf(Class<?> type) {
        if (type == boolean.class) {
            return JsonNodeType.BOOLEAN;
        }
        return type == int.class || type == long.class ? JsonNodeType.NUMBER : JsonNodeType.STRING;
    }
}
