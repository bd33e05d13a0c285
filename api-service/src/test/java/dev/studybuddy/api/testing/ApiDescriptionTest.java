package dev.studybuddy.api.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ApiDescriptionTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final ApiDescription DESCRIPTION = ApiDescription.ofRepository();

    private static final String TODO = "/api/todos/3f2504e0-4f89-41d3-9a0c-0305e82c3301";
    private static final String PROBLEM = """
            {"type": "https://studybuddy.dev/problems/not-found", "title": "Not found", "status": 404, "detail": "x",
             "instance": "/api/nothing", "errors": []}""";

    private static ReceivedAnswer answer(int status, String type, String body, Map<String, String> more) {
        Map<String, List<String>> headers = new TreeMap<>(Map.of("Content-Type", List.of(type)));
        more.forEach((name, value) -> headers.put(name, List.of(value)));
        return new ReceivedAnswer(status, HttpHeaders.of(headers, (name, value) -> true), body, Duration.ZERO);
    }

    private static ReceivedAnswer problem(int status) {
        return answer(status, "application/problem+json", PROBLEM, Map.of());
    }

    @Test
    void anAnswerWithoutARequiredHeaderIsRejected() {
        ReceivedAnswer deleted = answer(204, "", "", Map.of("ETag", "\"2\"", "X-Consistency-Token", "t"));
        DESCRIPTION.check("DELETE", TODO, deleted);

        assertThatThrownBy(() ->
                        DESCRIPTION.check("DELETE", TODO, answer(204, "", "", Map.of("X-Consistency-Token", "t"))))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("lacks the header ETag");
        assertThatThrownBy(() -> DESCRIPTION.check("DELETE", TODO, answer(204, "", "", Map.of("ETag", "\"2\""))))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("lacks the header X-Consistency-Token");
    }

    @Test
    void anUndescribedPathMayOnlyAnswerWithAProblem() {
        DESCRIPTION.check("GET", "/api/nothing", problem(404));

        assertThatThrownBy(() -> DESCRIPTION.check(
                        "GET", "/api/nothing", answer(404, "application/json", "{\"status\": 404}", Map.of())))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the body");
    }

    @Test
    void anUndescribedPathMayNotAnswerLikeAnOperation() {
        for (int status : List.of(200, 202, 409, 412, 422)) {
            assertThatThrownBy(() -> DESCRIPTION.check("POST", "/api/nothing", problem(status)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("lacks POST /api/nothing");
        }
    }

    @Test
    void aFieldThatTheSchemaLacksIsReportedWithItsPath() {
        JsonNode schema = JSON.readTree("{\"$ref\": \"#/components/schemas/PageTodoState\"}");
        JsonNode page = JSON.readTree("{\"items\": [{\"id\": \"x\", \"colour\": \"red\"}], \"nextCursor\": null}");

        assertThat(DESCRIPTION.undescribedFieldsOf(schema, page)).containsExactly(".items[].colour");
    }
}
