package dev.studybuddy.api.testing;

import java.net.http.HttpHeaders;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An answer, and how long it took. */
public record Answer(int status, HttpHeaders headers, String body, Duration took) {

    private static final JsonMapper JSON = new JsonMapper();

    public JsonNode json() {
        return JSON.readTree(body);
    }

    /** A value of the body by its JSON pointer, as text. */
    public String text(String pointer) {
        return json().at(pointer).asString();
    }

    public @Nullable String header(String name) {
        return headers.firstValue(name).orElse(null);
    }

    /** The last part of the problem's type; fails where this is no problem detail. */
    public String problem() {
        if (!"application/problem+json"
                .equals(String.valueOf(header("Content-Type")).replaceAll(";.*", ""))) {
            throw new AssertionError("no problem detail: " + this);
        }
        JsonNode problem = json();
        if (problem.path("status").intValue() != status
                || problem.path("detail").asString().isEmpty()
                || problem.path("title").asString().isEmpty()
                || problem.path("instance").asString().isEmpty()) {
            throw new AssertionError("an incomplete problem detail: " + this);
        }
        return problem.path("type").asString().replace("https://studybuddy.dev/problems/", "");
    }
}
