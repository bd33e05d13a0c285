package dev.studybuddy.readmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.bson.types.Binary;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;

class DeadLetterTest {

    private static final Instant FIRST = Instant.parse("2026-11-23T10:00:00Z");
    private static final DeadLetter LETTER = new DeadLetter(
            "topic-3-7",
            DeadLetter.State.REPLAYED,
            "studybuddy.todo",
            3,
            7,
            FIRST.minusSeconds(5),
            new Binary(new byte[] {1}),
            null,
            List.of(new DeadLetter.Header("a", new Binary(new byte[] {2})), new DeadLetter.Header("b", null)),
            "schema-newer",
            "schema 9",
            2,
            "todo.created",
            4L,
            FIRST,
            FIRST.plusSeconds(1),
            2_000_000L);

    @Test
    void aDocumentIsReadAsItWasWritten() {
        assertThat(DeadLetter.of(LETTER.toDocument())).isEqualTo(LETTER);
    }

    @Test
    void aDocumentThatWasWrittenByHandIsReadWhateverItsFieldsContain() {
        DeadLetter letter = DeadLetter.of(new Document("_id", new ObjectId("656565656565656565656565")));
        assertThat(letter.id()).isEqualTo("656565656565656565656565");
        assertThat(letter.state()).isEqualTo(DeadLetter.State.OPEN);
        assertThat(letter.firstAt()).isEqualTo(Instant.EPOCH);
        assertThat(letter.headers()).isEmpty();

        List<Object> values = new ArrayList<>(List.of(7, "text", true, List.of("x"), new Document("a", 1)));
        values.add(null);
        for (String field : LETTER.toDocument().keySet()) {
            for (Object value : values) {
                Document changed = LETTER.toDocument().append(field, value);
                assertThat(DeadLetter.of(changed).topic())
                        .as("%s is %s", field, value)
                        .isNotNull();
            }
        }
        assertThat(DeadLetter.of(new Document("_id", "x").append("headers", List.of("a", new Document("name", 1))))
                        .headers())
                .containsExactly(new DeadLetter.Header("", null));
    }
}
