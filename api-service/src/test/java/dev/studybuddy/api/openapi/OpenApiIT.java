package dev.studybuddy.api.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiDescription;
import dev.studybuddy.api.testing.RunningApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The OpenAPI document in the repository is the one that the service serves. The fixture of all tests of this service
 * compares every answer with it.
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
    void everyOperationIsDescribedCompletely() throws IOException {
        List<String> faults = new ArrayList<>();
        JsonNode document = JSON.readTree(Files.readString(ApiDescription.FILE));
        document.path("paths")
                .forEachEntry((path, operations) -> operations.forEachEntry((method, operation) -> {
                    String name = method + " " + path;
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
                }));
        assertThat(faults).isEmpty();
    }
}
