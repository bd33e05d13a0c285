package dev.studybuddy.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.studybuddy.outbox.DeadLetterHeaderNames;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** This test checks that the code, the schemas, the AsyncAPI document and the golden files of this contract agree. */
class ContractTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Map<AggregateType, Class<? extends Record>> STATES = Map.of(
            AggregateType.USER, UserState.class,
            AggregateType.TODO, TodoState.class,
            AggregateType.SESSION, SessionState.class);

    record Golden(AggregateType type, EventKind kind, int schema) {
        String value() {
            return resource("/golden/" + type.event(kind) + ".v" + schema + ".json")
                    .strip();
        }

        AggregateState read() {
            return read(value());
        }

        AggregateState read(String value) {
            return EventJson.read(type, value.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Returns the golden files of the present schema. */
    static Stream<Golden> presentGoldens() {
        return goldens(AggregateType.SCHEMA_VERSION);
    }

    /** Returns the golden files of every schema, old ones included, because topics keep events for ever. */
    static Stream<Golden> allGoldens() {
        return IntStream.rangeClosed(1, AggregateType.SCHEMA_VERSION).boxed().flatMap(ContractTest::goldens);
    }

    private static Stream<Golden> goldens(int schema) {
        return Arrays.stream(AggregateType.values())
                .flatMap(type -> Arrays.stream(EventKind.values()).map(kind -> new Golden(type, kind, schema)));
    }

    @ParameterizedTest
    @MethodSource("allGoldens")
    void aGoldenFileOfAnySchemaIsReadInThePresentShape(Golden golden) {
        JsonNode present =
                SchemaUpcaster.PRESENT.toPresent(golden.type(), golden.schema(), JSON.readTree(golden.value()));
        AggregateState state = EventJson.read(golden.type(), present);
        assertThat(EventJson.write(state)).isEqualTo(present.toString());
        assertThat(schema(golden.type()).validate(present)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("presentGoldens")
    void aGoldenFileThatIsReadAndWrittenStaysEqual(Golden golden) {
        assertThat(EventJson.write(golden.read())).isEqualTo(golden.value());
        assertThat(golden.read() instanceof DeletedState).isEqualTo(golden.kind() == EventKind.DELETED);
    }

    @ParameterizedTest
    @MethodSource("presentGoldens")
    void aGoldenFileConformsToItsSchema(Golden golden) {
        assertThat(schema(golden.type()).validate(golden.value(), InputFormat.JSON))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("presentGoldens")
    void anUnknownFieldIsIgnoredByReaderAndSchema(Golden golden) {
        String withUnknownField = golden.value().replaceFirst("}$", ",\"later\":{\"x\":1}}");
        assertThat(golden.read(withUnknownField)).isEqualTo(golden.read());
        assertThat(schema(golden.type()).validate(withUnknownField, InputFormat.JSON))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("presentGoldens")
    void aMissingRequiredFieldIsRejectedByReaderAndSchema(Golden golden) {
        Class<?> shape = golden.read().getClass();
        for (RecordComponent component : shape.getRecordComponents()) {
            ObjectNode value = (ObjectNode) JSON.readTree(golden.value());
            value.remove(component.getName());
            assertThat(schema(golden.type()).validate(value))
                    .as("schema without %s", component.getName())
                    .isNotEmpty();
            if (!isNullable(component)) {
                assertThatThrownBy(() -> golden.read(value.toString()))
                        .as("reader without %s", component.getName())
                        .isInstanceOf(JacksonException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(AggregateType.class)
    void aSchemaListsExactlyTheFieldsOfItsState(AggregateType type) {
        JsonNode state = JSON.readTree(schemaText(type)).at("/$defs/state");
        Set<String> components = new HashSet<>();
        for (RecordComponent component : STATES.get(type).getRecordComponents()) {
            components.add(component.getName());
            boolean nullableInSchema = state.at("/properties/" + component.getName() + "/type")
                    .toString()
                    .contains("null");
            assertThat(nullableInSchema).as(component.getName()).isEqualTo(isNullable(component));
        }
        assertThat(Set.copyOf(state.path("properties").propertyNames())).isEqualTo(components);
        assertThat(state.path("required"))
                .extracting(JsonNode::asString)
                .containsExactlyInAnyOrderElementsOf(components);
    }

    @ParameterizedTest
    @EnumSource(AggregateType.class)
    void noEventCarriesAnEmailAddress(AggregateType type) {
        assertThat(schemaText(type).toLowerCase(java.util.Locale.ROOT)).doesNotContain("mail");
    }

    @ParameterizedTest
    @EnumSource(AggregateType.class)
    void theAsyncApiDocumentListsEveryTopicAndEvent(AggregateType type) {
        JsonNode document = asyncApi();
        assertThat(document.at("/channels/" + type.code() + "/address").asString())
                .isEqualTo(type.topic("studybuddy."));
        List<String> names = document.at("/channels/" + type.code() + "/messages").values().stream()
                .map(reference -> reference.path("$ref").asString().substring(1))
                .map(pointer -> document.at(pointer).path("name").asString())
                .toList();
        assertThat(names)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(EventKind.values()).map(type::event).toList());
    }

    @Test
    void theAsyncApiDocumentListsTheDeadLetterTopicOfEveryTopic() {
        JsonNode channel = asyncApi().at("/channels/deadLetters");
        List<String> topics = channel.at("/parameters/topic/enum")
                .valueStream()
                .map(JsonNode::asString)
                .toList();
        assertThat(topics)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(AggregateType.values())
                        .map(type -> type.topic("studybuddy."))
                        .toList());
        assertThat(channel.path("address").asString()).isEqualTo(AggregateType.deadLetterTopic("{topic}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mongo-projector", "outbox-publisher"})
    void theGoldenHeadersOfADeadLetterConformToTheAsyncApiDocument(String origin) {
        JsonNode schema = asyncApi().at("/components/schemas/deadLetterHeaders");
        ObjectNode golden = (ObjectNode) JSON.readTree(resource("/golden/dead-letter.headers." + origin + ".json"));
        Schema headers = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema);

        assertThat(headers.validate(golden)).isEmpty();
        assertThat(golden.path("dlt_origin").asString()).isEqualTo(origin);
        assertThat(schema.path("properties").propertyNames())
                .containsAll(golden.propertyNames().stream()
                        .filter(name -> name.startsWith("dlt_"))
                        .toList());
        for (JsonNode name : schema.path("required")) {
            ObjectNode incomplete = golden.deepCopy();
            incomplete.remove(name.asString());
            assertThat(headers.validate(incomplete)).as("without %s", name).isNotEmpty();
        }
    }

    @Test
    void theAsyncApiDocumentNamesTheDeadLetterHeadersOfTheOutboxContract() throws IllegalAccessException {
        Set<String> names = new HashSet<>();
        for (Field constant : DeadLetterHeaderNames.class.getFields()) {
            if (constant.get(null) instanceof String name) {
                names.add(name);
            }
        }
        assertThat(Set.copyOf(asyncApi()
                        .at("/components/schemas/deadLetterHeaders/properties")
                        .propertyNames()))
                .isEqualTo(names);
    }

    @ParameterizedTest
    @EnumSource(AggregateType.class)
    void aValueThatIsNoStateIsRejected(AggregateType type) {
        for (String value : List.of("", "null", "[]", "\"x\"", "{", "{}", "7", "{\"deleted\":true}")) {
            assertThatThrownBy(() -> EventJson.read(type, value.getBytes(StandardCharsets.UTF_8)))
                    .as(value)
                    .isInstanceOf(JacksonException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0026-11-28, false",
        "1999-12-31, false",
        "2000-01-01, true",
        "2100-02-28, true",
        "2200-12-31, true",
        "2201-01-01, false",
        "9999-12-31, false"
    })
    void everyTimeOfAnEventLiesInTheYearsOfEvents(LocalDate date, boolean permitted) {
        Instant written = Instant.parse("2026-11-28T10:00:00Z");
        assertThat(EventYears.contain(date)).isEqualTo(permitted);
        for (AggregateType type : AggregateType.values()) {
            String golden = new Golden(type, EventKind.UPDATED, AggregateType.SCHEMA_VERSION).value();
            for (RecordComponent component : STATES.get(type).getRecordComponents()) {
                boolean instant = component.getType() == Instant.class;
                if (!instant && component.getType() != LocalDate.class) {
                    continue;
                }
                ObjectNode value = (ObjectNode) JSON.readTree(golden);
                value.put(component.getName(), instant ? date + "T00:00:00.000000Z" : date.toString());
                assertThat(schema(type).validate(value).isEmpty())
                        .as("the schema permits %s", value)
                        .isEqualTo(permitted);
                assertThat(SchemaCheck.findViolation(type, value, EventJson.read(type, value), written) == null)
                        .as("the check permits %s", value)
                        .isEqualTo(permitted);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "minutes, '\"25\"', the field minutes has the JSON type string; the schema requires a whole number",
        "minutes, 2.5, the field minutes has the JSON type number; the schema requires a whole number",
        "subject, 7, the field subject has the JSON type number; the schema requires a string"
    })
    void aFieldOfAnotherJsonTypeIsNamedWithTheTypeThatTheSchemaRequires(String field, String found, String violation) {
        String golden = new Golden(AggregateType.SESSION, EventKind.UPDATED, AggregateType.SCHEMA_VERSION).value();
        ObjectNode value = (ObjectNode) JSON.readTree(golden);
        AggregateState state = EventJson.read(AggregateType.SESSION, value);
        value.set(field, JSON.readTree(found));

        assertThat(SchemaCheck.findViolation(AggregateType.SESSION, value, state, Instant.now()))
                .isEqualTo(violation);
    }

    private static boolean isNullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private static Schema schema(AggregateType type) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schemaText(type));
    }

    private static JsonNode asyncApi() {
        return JSON.readTree(resource("/contract/asyncapi.json"));
    }

    private static String schemaText(AggregateType type) {
        return resource("/contract/" + type.code() + ".v1.schema.json");
    }

    private static String resource(String name) {
        try (InputStream bytes = ContractTest.class.getResourceAsStream(name)) {
            assertThat(bytes).as(name).isNotNull();
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException thrown) {
            throw new IllegalStateException(thrown);
        }
    }
}
