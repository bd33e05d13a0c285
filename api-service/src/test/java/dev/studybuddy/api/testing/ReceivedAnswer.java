package dev.studybuddy.api.testing;

import java.net.http.HttpHeaders;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A received answer is the response of the API as the test's client read it.
 *
 * @param duration the time from the start of the last attempt of the request to the end of its response
 */
public record ReceivedAnswer(int status, HttpHeaders headers, String body, Duration duration) {

    private static final JsonMapper JSON = new JsonMapper();

    public JsonNode json() {
        return JSON.readTree(body);
    }

    /** Returns the value at a JSON pointer in the body as text. */
    public String text(String pointer) {
        return json().at(pointer).asString();
    }

    public @Nullable String header(String name) {
        return headers.firstValue(name).orElse(null);
    }

    /** Returns the last part of the problem's type, and fails unless the answer is a complete problem detail. */
    public String problem() {
        if (!"application/problem+json"
                .equals(String.valueOf(header("Content-Type")).replaceAll(";.*", ""))) {
            throw new AssertionError("The answer is not a problem detail: " + this);
        }
        JsonNode problem = json();
        if (problem.path("status").intValue() != status
                || problem.path("detail").asString().isEmpty()
                || problem.path("title").asString().isEmpty()
                || problem.path("instance").asString().isEmpty()) {
            throw new AssertionError("The problem detail is incomplete: " + this);
        }
        return problem.path("type").asString().replace("https://studybuddy.dev/problems/", "");
    }
}
