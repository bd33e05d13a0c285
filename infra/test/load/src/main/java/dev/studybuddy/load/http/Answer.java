package dev.studybuddy.load.http;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * An answer is the response of the API to one request.
 *
 * @param body parsed JSON body; a missing node if the answer has no body or the body is not JSON
 * @param took time from before the request was sent until the whole answer was read
 */
public record Answer(int status, HttpHeaders headers, JsonNode body, Duration took) {

    /** Returns whether the status is a 2xx. */
    public boolean ok() {
        return status / 100 == 2;
    }

    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /** Returns a field of the body as text. The text is empty if the field is absent. */
    public String text(String field) {
        return body.path(field).asString("");
    }

    /** Returns the version in the ETag, or 0 if the answer has no ETag. */
    public long version() {
        return header("ETag").map(tag -> Long.parseLong(tag.replace("\"", ""))).orElse(0L);
    }

    @Override
    public String toString() {
        return status + " " + body + " " + headers.map();
    }
}
