package dev.studybuddy.contract;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads a state from a tree whose fields have exactly the form that {@link EventJson#write} gives them. The general
 * mapper reads every other tree. That mapper returns the same state for the exact form, but it took a quarter of a
 * projector's CPU time.
 */
final class ExactStateReader {

    private static final Map<String, Difficulty> DIFFICULTIES = byCode(Difficulty.values(), Difficulty::code);
    private static final Map<String, SessionType> SESSION_TYPES = byCode(SessionType.values(), SessionType::code);

    private final JsonNode tree;

    /**
     * This flag is false once a field is absent or has another form. The reader then continues with any value for that
     * field, because {@link #read} discards the state.
     */
    private boolean exact = true;

    private ExactStateReader(JsonNode tree) {
        this.tree = tree;
    }

    /** Returns the state of an aggregate that is not deleted, or null if a field does not have the exact form. */
    static @Nullable AggregateState read(AggregateType type, JsonNode tree) {
        ExactStateReader reader = new ExactStateReader(tree);
        AggregateState state = switch (type) {
            case USER -> reader.user();
            case TODO -> reader.todo();
            case SESSION -> reader.session();
        };
        return reader.exact ? state : null;
    }

    private UserState user() {
        return new UserState(
                text("id"),
                text("name"),
                isAbsent("username") ? null : text("username"),
                isAbsent("avatar") ? null : text("avatar"),
                text("timeZone"),
                flag("showProfile"),
                longNumber("version"),
                instant("createdAt"),
                instant("updatedAt"));
    }

    private TodoState todo() {
        return new TodoState(
                text("id"),
                text("userId"),
                text("title"),
                text("subject"),
                constant("difficulty", DIFFICULTIES, Difficulty.EASY),
                number("questionsTarget"),
                number("questionsCompleted"),
                flag("completed"),
                isAbsent("completedAt") ? null : instant("completedAt"),
                isAbsent("completedOn") ? null : date("completedOn"),
                isAbsent("scheduledFor") ? null : date("scheduledFor"),
                longNumber("version"),
                instant("createdAt"),
                instant("updatedAt"));
    }

    private SessionState session() {
        return new SessionState(
                text("id"),
                text("userId"),
                text("subject"),
                constant("sessionType", SESSION_TYPES, SessionType.MANUAL),
                number("minutes"),
                instant("completedAt"),
                date("completedOn"),
                longNumber("version"),
                instant("createdAt"),
                instant("updatedAt"));
    }

    private boolean isAbsent(String field) {
        JsonNode found = tree.get(field);
        return found == null || found.isNull();
    }

    private String text(String field) {
        JsonNode found = tree.get(field);
        return found != null && found.isString() ? found.stringValue() : otherForm("");
    }

    private boolean flag(String field) {
        JsonNode found = tree.get(field);
        return (found != null && found.isBoolean()) ? found.booleanValue() : otherForm(false);
    }

    private int number(String field) {
        JsonNode found = tree.get(field);
        return found != null && found.isInt() ? found.intValue() : otherForm(0);
    }

    private long longNumber(String field) {
        JsonNode found = tree.get(field);
        return found != null && (found.isInt() || found.isLong()) ? found.longValue() : otherForm(0L);
    }

    private Instant instant(String field) {
        Instant exactInstant = InstantParser.parseExact(text(field));
        return exactInstant == null ? otherForm(Instant.EPOCH) : exactInstant;
    }

    private LocalDate date(String field) {
        LocalDate exactDate = InstantParser.parseExactDate(text(field));
        return exactDate == null ? otherForm(LocalDate.EPOCH) : exactDate;
    }

    private <E> E constant(String field, Map<String, E> byCode, E other) {
        E found = byCode.get(text(field));
        return found == null ? otherForm(other) : found;
    }

    private <T> T otherForm(T value) {
        exact = false;
        return value;
    }

    private static <E> Map<String, E> byCode(E[] constants, Function<E, String> code) {
        return Stream.of(constants).collect(Collectors.toUnmodifiableMap(code, Function.identity()));
    }
}
