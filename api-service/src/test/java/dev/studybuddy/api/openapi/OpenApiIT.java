package dev.studybuddy.api.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiDescription;
import dev.studybuddy.api.testing.RunningApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * This test compares the OpenAPI document in the repository with the served one and with the released one, and checks
 * the rules for its contents. The client of the other tests compares each answer with the document.
 */
class OpenApiIT {

    /** With this system property, the test writes the served document into the repository. */
    private static final String UPDATE = "studybuddy.openapi.update";

    private static final Path RELEASED = ApiDescription.FILE.resolveSibling("openapi-released.json");
    private static final Path CHANGES = ApiDescription.FILE.resolveSibling("api-changes.md");
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    /** One of these keywords bounds the values of a parameter. */
    private static final Set<String> BOUNDS = Set.of("enum", "format", "pattern", "maxLength", "maximum");

    /** These are names of properties that the library derives from the methods of a JSON tree. */
    private static final Set<String> INTERNALS = Set.of("missingNode", "pojo", "nodeType", "valueNode", "bigInteger");

    /** A client copies the values of these parameters from an earlier answer. */
    private static final Set<String> OPAQUE = Set.of(
            "query cursor",
            "header If-Match",
            "header If-None-Match",
            "header X-Consistency-Token",
            "GET /api/admin/dead-letters/{id} path id",
            "DELETE /api/admin/dead-letters/{id} path id",
            "POST /api/admin/dead-letters/{id}/replay path id");

    private static String served() {
        ObjectNode document = (ObjectNode) RunningApi.shared()
                .get("/openapi", "Accept", "application/json")
                .json();
        document.remove("servers");
        return JSON.writeValueAsString(JSON.treeToValue(document, Object.class)) + "\n";
    }

    @Test
    void theDocumentInTheRepositoryIsTheServedDocument() throws IOException {
        String served = served();
        if (Boolean.getBoolean(UPDATE)) {
            Files.writeString(ApiDescription.FILE, served);
        }
        assertThat(served)
                .as("%s is the served document; -D%s=true writes it", ApiDescription.FILE, UPDATE)
                .isEqualTo(Files.readString(ApiDescription.FILE));
    }

    @Test
    void aChangeThatBreaksClientsIsNamedInTheListOfChanges() throws IOException {
        ApiFacts released = ApiFacts.of(JSON.readTree(Files.readString(RELEASED)));
        ApiFacts present = ApiFacts.of(JSON.readTree(Files.readString(ApiDescription.FILE)));
        String named = Files.readString(CHANGES).replaceAll("\\s+", " ");
        assertThat(released.changesThatBreak(present))
                .allSatisfy(change -> assertThat(named).contains(change));
    }

    @Test
    void everyParameterHasBoundsUnlessItIsOpaque() throws IOException {
        List<String> faults = new ArrayList<>();
        forEachOperation((name, operation) -> {
            for (JsonNode parameter : operation.path("parameters")) {
                JsonNode schema = parameter.path("schema");
                String place = parameter.path("in").asString() + " "
                        + parameter.path("name").asString();
                boolean bounded = BOUNDS.stream().anyMatch(schema::has)
                        || "boolean".equals(schema.path("type").asString());
                if (!bounded && !OPAQUE.contains(place) && !OPAQUE.contains(name + " " + place)) {
                    faults.add(name + " has a parameter without bounds: " + place);
                }
            }
        });
        assertThat(faults).isEmpty();
    }

    @Test
    void everyRequestBodyHasAnExampleWithEachOfItsFields() throws IOException {
        JsonNode document = JSON.readTree(Files.readString(ApiDescription.FILE));
        List<String> faults = new ArrayList<>();
        List<String> bodies = new ArrayList<>();
        forEachOperation((name, operation) -> operation
                .path("requestBody")
                .path("content")
                .forEachEntry((type, body) -> {
                    bodies.add(name);
                    JsonNode schema = body.path("schema");
                    JsonNode example = body.path("example");
                    ApiDescription.ofRepository()
                            .faultsOf(schema, example)
                            .forEach(fault -> faults.add(name + " has an example that is invalid: " + fault));
                    document.at(schema.path("$ref").asString("#").substring(1))
                            .path("properties")
                            .propertyNames()
                            .forEach(field -> {
                                if (!example.has(field)) {
                                    faults.add(name + " has no example of the field " + field);
                                }
                            });
                }));
        assertThat(bodies).hasSizeGreaterThan(15);
        assertThat(faults).isEmpty();
    }

    /** Without a converter, the library describes the methods of the classes of JSON trees. */
    @Test
    void noSchemaHasInternalsOfTheJsonLibrary() throws IOException {
        JsonNode schemas = JSON.readTree(Files.readString(ApiDescription.FILE)).at("/components/schemas");
        List<String> faults = new ArrayList<>();
        schemas.forEachEntry((name, schema) -> {
            if (name.endsWith("Node")) {
                faults.add(name);
            }
            INTERNALS.stream()
                    .filter(schema.path("properties")::has)
                    .forEach(internal -> faults.add(name + "." + internal));
        });
        assertThat(schemas.size()).isGreaterThan(80);
        assertThat(faults).isEmpty();
        assertThat(schemas.at("/AuditEntry/properties/detail"))
                .isEqualTo(JSON.readTree("{\"type\": \"object\", \"additionalProperties\": true}"));
    }

    @Test
    void anAnswerHasEachFieldThatMayBeNull() throws IOException {
        JsonNode todo = RunningApi.shared()
                .post(
                        "/api/todos",
                        "{\"title\": \"Read\", \"subject\": \"Math\", \"difficulty\": \"easy\", \"questionsTarget\": 1}")
                .json();
        assertThat(List.of(todo.path("completedAt"), todo.path("completedOn"), todo.path("scheduledFor")))
                .allMatch(JsonNode::isNull);
        JsonNode page = RunningApi.shared().get("/api/todos").json();

        for (String field : List.of("completedAt", "completedOn", "scheduledFor")) {
            assertThat(faultsWithout(field, "TodoState", todo)).as(field).hasSize(1);
        }
        assertThat(faultsWithout("nextCursor", "PageTodoState", page)).hasSize(1);
    }

    @Test
    void aRequestMayOmitEachFieldThatMayBeNull() throws IOException {
        JsonNode request = JSON.readTree(
                "{\"title\": \"Read\", \"difficulty\": \"easy\", \"questionsTarget\": 1," + " \"scheduledFor\": null}");

        assertThat(faultsWithout("scheduledFor", "NewTodo", request)).isEmpty();
        assertThat(faultsWithout("scheduledFor", "TodoPatch", request)).isEmpty();
        assertThat(faultsWithout("title", "NewTodo", request)).hasSize(1);
    }

    /** Returns the faults of a value without one of its fields. */
    private static List<String> faultsWithout(String field, String schema, JsonNode value) throws IOException {
        JsonNode document = JSON.readTree(Files.readString(ApiDescription.FILE));
        JsonNode described = document.at("/components/schemas/" + schema);
        assertThat(ApiDescription.ofRepository().faultsOf(described, value)).isEmpty();
        ObjectNode without = (ObjectNode) value.deepCopy();
        without.remove(field);
        return ApiDescription.ofRepository().faultsOf(described, without);
    }

    /** Without a description, the library uses the reason phrase of the status. */
    @Test
    void theDescriptionOfEverySuccessIsASentence() throws IOException {
        List<String> faults = new ArrayList<>();
        forEachOperation((name, operation) -> operation.path("responses").forEachEntry((status, response) -> {
            String description = response.path("description").asString("");
            if (status.startsWith("2") && !description.endsWith(".")) {
                faults.add(name + " " + status + " is described by: " + description);
            }
        }));
        assertThat(faults).isEmpty();
    }

    /** Without an id in the annotation, the library numbers methods that have the same name, such as {@code list_8}. */
    @Test
    void theIdOfEachOperationIsUniqueAndHasNoNumber() throws IOException {
        List<String> ids = new ArrayList<>();
        forEachOperation(
                (name, operation) -> ids.add(operation.path("operationId").asString("")));

        assertThat(ids)
                .hasSizeGreaterThan(60)
                .doesNotHaveDuplicates()
                .allSatisfy(id -> assertThat(id).matches("[a-z]+([A-Z][a-z]+)+"));
    }

    private static void forEachOperation(BiConsumer<String, JsonNode> check) throws IOException {
        JSON.readTree(Files.readString(ApiDescription.FILE))
                .path("paths")
                .forEachEntry((path, operations) -> operations.forEachEntry(
                        (method, operation) -> check.accept(method.toUpperCase(Locale.ROOT) + " " + path, operation)));
    }

    @Test
    void everyOperationIsDescribedCompletely() throws IOException {
        List<String> faults = new ArrayList<>();
        forEachOperation((name, operation) -> {
            if (operation.path("summary").asString("").isEmpty()) {
                faults.add(name + " has no summary");
            }
            operation.path("responses").forEachEntry((status, response) -> {
                if (response.path("content").has("*/*")) {
                    faults.add(name + " " + status + " has no content type");
                }
                if (status.startsWith("2")
                        && !"204".equals(status)
                        && response.path("content").isEmpty()) {
                    faults.add(name + " " + status + " has no content");
                }
            });
            for (JsonNode parameter : operation.path("parameters")) {
                if (parameter.path("schema").isMissingNode()) {
                    faults.add(name + " has a parameter without a schema: " + parameter);
                }
            }
        });
        assertThat(faults).isEmpty();
    }
}
