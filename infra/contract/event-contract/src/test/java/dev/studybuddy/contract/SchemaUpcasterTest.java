package dev.studybuddy.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * This test applies two invented steps of a session to samples of the shapes that a session would have had before them.
 */
class SchemaUpcasterTest {

    private static final SchemaUpcaster.Step KIND_TO_SESSION_TYPE =
            new SchemaUpcaster.Step(AggregateType.SESSION, 1, value -> {
                value.put("sessionType", value.required("kind").stringValue().toLowerCase(Locale.ROOT));
                value.remove("kind");
                return value;
            });

    private static final SchemaUpcaster.Step SECONDS_TO_MINUTES =
            new SchemaUpcaster.Step(AggregateType.SESSION, 2, value -> {
                value.put("minutes", value.required("seconds").intValue() / 60);
                value.remove("seconds");
                return value;
            });

    private final SchemaUpcaster upcaster = new SchemaUpcaster(3, List.of(SECONDS_TO_MINUTES, KIND_TO_SESSION_TYPE));

    @Test
    void anOlderValuePassesItsMissingStepsInOrder() throws IOException {
        AggregateState present = EventJson.read(AggregateType.SESSION, sample("golden/session.updated.v1"));

        assertThat(read(1, "recorded/session.updated.a")).isEqualTo(present);
        assertThat(read(2, "recorded/session.updated.b")).isEqualTo(present);
        assertThat(read(3, "golden/session.updated.v1")).isEqualTo(present);
    }

    @Test
    void upcastingCopiesItsInputAndSkipsOtherTypes() throws IOException {
        JsonNode sample = sample("recorded/session.updated.a");
        String before = sample.toString();
        upcaster.toPresent(AggregateType.SESSION, 1, sample);

        assertThat(sample.toString()).isEqualTo(before);
        assertThat(upcaster.toPresent(AggregateType.TODO, 1, sample)).isSameAs(sample);
    }

    @Test
    void aDeletedStateHasTheSameShapeInEverySchema() throws IOException {
        JsonNode deleted = sample("golden/session.deleted.v1");

        assertThat(upcaster.toPresent(AggregateType.SESSION, 1, deleted)).isSameAs(deleted);
    }

    @Test
    void aValueThatDoesNotFitItsSchemaIsRejected() throws IOException {
        JsonNode second = sample("recorded/session.updated.b");

        assertThatThrownBy(() -> upcaster.toPresent(AggregateType.SESSION, 1, second))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("schema 1 of session");
        assertThatThrownBy(() -> upcaster.toPresent(AggregateType.SESSION, 4, second))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSequenceWithAGapADuplicateOrAnExcessStepIsRejected() {
        for (List<SchemaUpcaster.Step> wrong : List.of(
                List.of(KIND_TO_SESSION_TYPE),
                List.of(SECONDS_TO_MINUTES),
                List.of(KIND_TO_SESSION_TYPE, KIND_TO_SESSION_TYPE, SECONDS_TO_MINUTES))) {
            assertThatThrownBy(() -> new SchemaUpcaster(3, wrong)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new SchemaUpcaster(2, List.of(KIND_TO_SESSION_TYPE, SECONDS_TO_MINUTES)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private AggregateState read(int schema, String name) throws IOException {
        return EventJson.read(AggregateType.SESSION, upcaster.toPresent(AggregateType.SESSION, schema, sample(name)));
    }

    private static JsonNode sample(String name) throws IOException {
        try (InputStream bytes = SchemaUpcasterTest.class.getResourceAsStream('/' + name + ".json")) {
            return EventJson.tree(bytes.readAllBytes());
        }
    }
}
