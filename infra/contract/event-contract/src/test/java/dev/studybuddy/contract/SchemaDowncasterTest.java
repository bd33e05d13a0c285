package dev.studybuddy.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** This test applies the inverse of the two invented steps of {@link SchemaUpcasterTest}. */
class SchemaDowncasterTest {

    private static final SchemaDowncaster.Step SESSION_TYPE_TO_KIND =
            new SchemaDowncaster.Step(AggregateType.SESSION, 1, value -> {
                value.put("kind", value.required("sessionType").stringValue().toUpperCase(Locale.ROOT));
                value.remove("sessionType");
                return value;
            });

    private static final SchemaDowncaster.Step MINUTES_TO_SECONDS =
            new SchemaDowncaster.Step(AggregateType.SESSION, 2, value -> {
                value.put("seconds", value.required("minutes").intValue() * 60);
                value.remove("minutes");
                return value;
            });

    private final SchemaDowncaster downcaster =
            new SchemaDowncaster(3, List.of(SESSION_TYPE_TO_KIND, MINUTES_TO_SECONDS));

    @Test
    void anOlderSchemaIsWrittenByTheStepsFromTheNewestOn() throws IOException {
        AggregateState present = EventJson.read(AggregateType.SESSION, sample("golden/session.updated.v1"));

        assertThat(write(1, present)).isEqualTo(sample("recorded/session.updated.a"));
        assertThat(write(2, present)).isEqualTo(sample("recorded/session.updated.b"));
        assertThat(downcaster.write(AggregateType.SESSION, 3, present)).isEqualTo(EventJson.write(present));
    }

    @Test
    void otherTypesAndDeletedStatesAreTheSameInEverySchema() throws IOException {
        AggregateState todo = EventJson.read(AggregateType.TODO, sample("golden/todo.updated.v1"));
        AggregateState deleted = EventJson.read(AggregateType.SESSION, sample("golden/session.deleted.v1"));

        assertThat(downcaster.write(AggregateType.TODO, 1, todo)).isEqualTo(EventJson.write(todo));
        assertThat(downcaster.write(AggregateType.SESSION, 1, deleted)).isEqualTo(EventJson.write(deleted));
    }

    @Test
    void aSchemaOutsideTheSequenceAndAnExcessStepAreRejected() throws IOException {
        AggregateState present = EventJson.read(AggregateType.SESSION, sample("golden/session.updated.v1"));

        assertThatThrownBy(() -> downcaster.write(AggregateType.SESSION, 4, present))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SchemaDowncaster(2, List.of(MINUTES_TO_SECONDS)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SchemaDowncaster(3, List.of(MINUTES_TO_SECONDS, MINUTES_TO_SECONDS)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private JsonNode write(int schema, AggregateState state) {
        return EventJson.tree(
                downcaster.write(AggregateType.SESSION, schema, state).getBytes(UTF_8));
    }

    private static JsonNode sample(String name) throws IOException {
        try (InputStream bytes = SchemaDowncasterTest.class.getResourceAsStream('/' + name + ".json")) {
            return EventJson.tree(bytes.readAllBytes());
        }
    }
}
