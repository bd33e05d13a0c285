package dev.studybuddy.projector.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.contract.UserState;
import dev.studybuddy.projector.decode.StateDocuments;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class MirrorStateTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00.123Z");
    private static final String USER = """
            {"name": "Anna", "username": null, "id": "u", "avatar": null, "timeZone": "Europe/Berlin", "showProfile": true,
             "version": 3, "createdAt": "2026-11-23T09:00:00.000000Z", "updatedAt": "2026-11-23T10:00:00.000000Z"%s}""";

    @Test
    void aMirrorHoldsEveryFieldOfTheEventAndItsOrigin() {
        Document mirror =
                createMirror(USER.formatted(", \"offset\": 1, \"more\": [1, 4000000000, 0.5, null, {\"a\": [\"b\"]}]"));

        assertThat(mirror)
                .containsExactlyInAnyOrderEntriesOf(new Document("_id", "u")
                        .append("name", "Anna")
                        .append("username", null)
                        .append("avatar", null)
                        .append("timeZone", "Europe/Berlin")
                        .append("showProfile", true)
                        .append("createdAt", "2026-11-23T09:00:00.000000Z")
                        .append("updatedAt", "2026-11-23T10:00:00.000000Z")
                        .append("more", Arrays.asList(1, 4_000_000_000L, 0.5, null, new Document("a", List.of("b"))))
                        .append("version", 3L)
                        .append("offset", 7L)
                        .append("_originalId", "u")
                        .append("_syncedAt", Date.from(NOW))
                        .append("_source", "cockroachdb"));
        assertThat(mirror.keySet()).first().isEqualTo("_id");
    }

    @Test
    void readingAMirrorReturnsTheStateThatItWasWrittenFrom() {
        JsonNode event = parse(USER.formatted(""));

        MirrorState mirror = MirrorState.of(
                AggregateType.USER, StoredDocuments.encode(createMirror(USER.formatted(", \"more\": [1]"))));

        assertThat(mirror).isEqualTo(new MirrorState(3, 7, EventJson.read(AggregateType.USER, event)));
    }

    @ParameterizedTest
    @EnumSource(AggregateType.class)
    void planningReadsEveryFieldOfTheStateAndThePositionOfTheMirror(AggregateType type) {
        Class<? extends Record> state = switch (type) {
            case USER -> UserState.class;
            case TODO -> TodoState.class;
            case SESSION -> SessionState.class;
        };
        List<String> names = new ArrayList<>(List.of("offset", "deleted"));
        for (RecordComponent component : state.getRecordComponents()) {
            names.add(component.getName().equals("id") ? "_id" : component.getName());
        }
        names.remove("_id");

        assertThat(MirrorFields.of(type)).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void aMirrorThatWasChangedFromOutsideIsUnreadable() {
        Document mirror = createMirror(USER.formatted(""));
        for (String field : List.of("version", "offset", "deleted", "name", "createdAt", "showProfile")) {
            Document changed = new Document(mirror).append(field, new Document("a", 1));
            assertThatThrownBy(() -> MirrorState.of(AggregateType.USER, StoredDocuments.encode(changed)))
                    .as(field)
                    .isInstanceOf(RuntimeException.class);
        }
        Document text = new Document(mirror).append("deleted", "true");
        assertThatThrownBy(() -> MirrorState.of(AggregateType.USER, StoredDocuments.encode(text)))
                .isInstanceOf(RuntimeException.class);
        for (String field : List.of("version", "offset", "name", "timeZone", "updatedAt")) {
            Document incomplete = new Document(mirror);
            incomplete.remove(field);
            assertThatThrownBy(() -> MirrorState.of(AggregateType.USER, StoredDocuments.encode(incomplete)))
                    .as(field)
                    .isInstanceOf(RuntimeException.class);
        }
    }

    @Test
    void aNumberThatAShellStoredAsADoubleIsRead() {
        Document mirror =
                createMirror(USER.formatted("")).append("version", 3.0).append("offset", 7.0);

        MirrorState state = MirrorState.of(AggregateType.USER, StoredDocuments.encode(mirror));

        assertThat(state.version()).isEqualTo(3);
        assertThat(state.offset()).isEqualTo(7);
    }

    @Test
    void theMirrorOfADeletedAggregateIsReadAsItsDeletion() {
        Document mirror = createMirror("{\"id\": \"u\", \"userId\": \"u\", \"version\": 3, \"deleted\": true}");

        assertThat(MirrorState.of(AggregateType.USER, StoredDocuments.encode(mirror)))
                .isEqualTo(new MirrorState(3, 7, new DeletedState("u", "", 3)));
    }

    @Test
    void aDeletedMirrorKeepsOnlyIdVersionOffsetAndTheDeletedFlag() {
        assertThat(createMirror("{\"id\": \"u\", \"userId\": \"u\", \"version\": 3, \"deleted\": true}"))
                .isEqualTo(new Document("_id", "u")
                        .append("version", 3L)
                        .append("offset", 7L)
                        .append("deleted", true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"_id", "$set", "a.b", "", "zero\\u0000"})
    void aFieldNameThatMongoDbCannotStoreIsRejected(String name) {
        JsonNode event = parse(USER.formatted(", \"" + name + "\": 1"));

        assertThatIllegalArgumentException().isThrownBy(() -> StateDocuments.toMirrorBody(event));
    }

    @Test
    void aNumberBeyond64BitsAndTooDeepNestingAreRejected() {
        JsonNode number = parse(USER.formatted(", \"n\": 18446744073709551616"));
        JsonNode levels = parse(USER.formatted(", \"n\": " + "[".repeat(33) + "]".repeat(33)));

        assertThatIllegalArgumentException().isThrownBy(() -> StateDocuments.toMirrorBody(number));
        assertThatIllegalArgumentException().isThrownBy(() -> StateDocuments.toMirrorBody(levels));
    }

    private static Document createMirror(String json) {
        JsonNode event = parse(json);
        AggregateState state = EventJson.read(AggregateType.USER, event);
        DecodedRecord.Event record =
                new DecodedRecord.Event(7, 100, NOW, state, StateDocuments.toMirrorBody(event), failure -> {
                    throw new IllegalStateException(String.valueOf(failure));
                });
        return StoredDocuments.of(MirrorState.toChange(record, NOW).document());
    }

    private static JsonNode parse(String json) {
        return EventJson.tree(json.getBytes(StandardCharsets.UTF_8));
    }
}
