package dev.studybuddy.bench.http;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What the API answered.
 *
 * @param body missing where there is none, or none in JSON
 * @param took from before the request was sent until the whole answer was there
 */
public record Answer(int status, HttpHeaders headers, JsonNode body, Duration took) {

    /** Whether it is a 2xx. */
    public boolean ok() {
        return status / 100 == 2;
    }

    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /** A field of the body; empty text where it is absent. */
    public String text(String field) {
        return body.path(field).asString("");
    }

    /** The version that the ETag says; 0 where there is none. */
    public long version() {
        return header("ETag").map(tag -> Long.parseLong(tag.replace("\"", ""))).orElse(0L);
    }

    @Override
    public String toString() {
        return status + " " + body + " " + headers.map();
    }
}
