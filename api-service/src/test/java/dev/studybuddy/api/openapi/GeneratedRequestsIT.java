package dev.studybuddy.api.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.ApiDescription;
import dev.studybuddy.api.testing.ApiWithReadModel;
import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends requests that the OpenAPI document allows. The client compares each answer with the document. */
class GeneratedRequestsIT extends ApiWithReadModel {

    private static final int REQUESTS_PER_OPERATION = 3;

    /** A stream does not end by itself, and the user of the calls must remain. */
    private static final Set<String> EXCLUDED =
            Set.of("GET /api/stream", "GET /api/admin/stream", "DELETE /api/users/me", "DELETE /api/users/{id}");

    /** These statuses report that the request itself breaks a rule. */
    private static final Set<Integer> REJECTED = Set.of(400, 413, 415, 422);

    private record Call(String method, String path, JsonNode operation) {}

    @Test
    void aRequestThatTheDocumentAllowsIsAnsweredAsTheDocumentDescribes() throws IOException {
        JsonNode document = new JsonMapper().readTree(Files.readString(ApiDescription.FILE));
        GeneratedRequests requests = new GeneratedRequests(document, 20261128);
        // Kafka is unavailable here, so that some operations answer 503 to each attempt.
        Client anna = api.as(UUID.fromString(ANNA), "user", "admin").withoutRetries();
        List<String> rejected = new ArrayList<>();
        for (Call call : calls(document)) {
            for (int n = 0; n < REQUESTS_PER_OPERATION; n++) {
                boolean withOptionalParts = n > 0;
                var request = requests.of(call.method(), call.path(), call.operation(), withOptionalParts);
                ReceivedAnswer answer = anna.call(
                        request.method(),
                        request.path(),
                        request.body(),
                        request.headers().toArray(String[]::new));
                assertThat(answer.status()).as("%s: %s", request, answer).isNotEqualTo(500);
                if (!withOptionalParts && REJECTED.contains(answer.status())) {
                    rejected.add(request + ": " + answer.body());
                }
            }
        }
        assertThat(rejected)
                .as("A request with the required parts alone is accepted")
                .isEmpty();
    }

    private static List<Call> calls(JsonNode document) {
        List<Call> calls = new ArrayList<>();
        document.path("paths")
                .forEachEntry((path, operations) -> operations.forEachEntry((method, operation) -> {
                    String name = method.toUpperCase(Locale.ROOT);
                    if (!EXCLUDED.contains(name + " " + path)) {
                        calls.add(new Call(name, path, operation));
                    }
                }));
        assertThat(calls).hasSizeGreaterThan(40);
        return calls;
    }
}
