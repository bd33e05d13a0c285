package dev.studybuddy.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ExactStateReaderTest {

    private static final Instant AT = Instant.parse("2026-11-23T10:00:00.123456Z");
    private static final LocalDate DAY = LocalDate.of(2026, 11, 23);

    /** These are JSON values of each type, and texts that differ slightly from the form of a field. */
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "false",
            "0",
            "-7",
            "7.0",
            "7.5",
            "2147483648",
            "9223372036854775808",
            "1e400",
            "{}",
            "[]",
            "[1]",
            "\"\"",
            "\" \"",
            "\"x\"",
            "\"7\"",
            "\"true\"",
            "\"easy\"",
            "\"EASY\"",
            "\"manual\"",
            "\"2026-11-23\"",
            "\"2028-02-29\"",
            "\"2026-02-29\"",
            "\"2026-11-23 \"",
            "\"+12026-11-23\"",
            "\"0000-01-01\"",
            "\"2026-11-2٣\"",
            "\"2026-11-23T10:00:00.123456Z\"",
            "\"2026-11-23T10:00:00Z\"",
            "\"2026-11-23T10:00:00.123456+01:00\"",
            "\"2026-11-23T24:00:00.000000Z\"",
            "\"2026-02-29T10:00:00.123456Z\"",
            "1795428000");

    @ParameterizedTest
    @EnumSource
    void theFormThatTheWriterUsesIsReadWithoutTheMapper(AggregateType type) {
        for (AggregateState state : states(type)) {
            assertThat(ExactStateReader.read(type, tree(EventJson.write(state))))
                    .isEqualTo(state);
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachFieldWithAnyValueIsReadAsByTheMapper(AggregateType type) {
        for (AggregateState state : states(type)) {
            JsonNode written = tree(EventJson.write(state));
            for (String field : written.propertyNames()) {
                for (String value : VALUES) {
                    ObjectNode changed = ((ObjectNode) written.deepCopy()).set(field, tree(value));
                    checkAgainstMapper(type, changed);
                }
                ObjectNode shortened = (ObjectNode) written.deepCopy();
                shortened.remove(field);
                checkAgainstMapper(type, shortened);
            }
        }
    }

    @Test
    void unknownFieldsAreIgnored() {
        JsonNode tree = ((ObjectNode) tree(EventJson.write(session()))).put("mood", "fine");

        assertThat(ExactStateReader.read(AggregateType.SESSION, tree)).isEqualTo(session());
    }

    private static void checkAgainstMapper(AggregateType type, JsonNode tree) {
        AggregateState byMapper = readByMapper(type, tree);
        if (byMapper == null) {
            assertThatThrownBy(() -> EventJson.read(type, tree))
                    .as(tree.toString())
                    .isInstanceOf(JacksonException.class);
        } else {
            assertThat(EventJson.read(type, tree)).as(tree.toString()).isEqualTo(byMapper);
        }
    }

    private static @Nullable AggregateState readByMapper(AggregateType type, JsonNode tree) {
        try {
            return EventJson.readAnyForm(type, tree);
        } catch (JacksonException refused) {
            return null;
        }
    }

    private static List<AggregateState> states(AggregateType type) {
        return switch (type) {
            case USER ->
                List.of(
                        new UserState("u", "Anna", "anna", "fox", "Europe/Berlin", true, 3, AT, AT),
                        new UserState("u", "Größe", null, null, "", false, 1L << 40, AT, AT));
            case TODO ->
                List.of(
                        new TodoState("t", "u", "Read", "Math", Difficulty.HARD, 9, 4, true, AT, DAY, DAY, 2, AT, AT),
                        new TodoState("t", "u", "", "", Difficulty.EASY, 0, 0, false, null, null, null, 1, AT, AT));
            case SESSION -> List.of(session());
        };
    }

    private static SessionState session() {
        return new SessionState("s", "u", "Math", SessionType.POMODORO, 25, AT, DAY, 7, AT, AT);
    }

    private static JsonNode tree(String json) {
        return EventJson.tree(json.getBytes(StandardCharsets.UTF_8));
    }
}
