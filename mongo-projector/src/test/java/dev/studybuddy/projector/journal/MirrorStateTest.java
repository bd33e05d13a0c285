package dev.studybuddy.projector.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.projector.decode.StateDocuments;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

        MirrorState mirror = MirrorState.of(AggregateType.USER, createMirror(USER.formatted("")));

        assertThat(mirror).isEqualTo(new MirrorState(3, 7, EventJson.read(AggregateType.USER, event)));
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
