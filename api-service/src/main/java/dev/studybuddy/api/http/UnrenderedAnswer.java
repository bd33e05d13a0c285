package dev.studybuddy.api.http;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * An unrendered answer holds the status, the headers and the body of an HTTP response before they are rendered as
 * bytes.
 *
 * @param status the HTTP status of the answer
 * @param headers the headers of the answer, each with one value
 * @param body the object that is rendered as JSON; null for an answer without a body
 */
public record UnrenderedAnswer(
        HttpStatus status,
        Map<String, String> headers,
        @Nullable Object body) {

    public UnrenderedAnswer {
        headers = Map.copyOf(headers);
    }

    /** Returns an answer without headers. */
    public static UnrenderedAnswer of(HttpStatus status, @Nullable Object body) {
        return new UnrenderedAnswer(status, Map.of(), body);
    }

    /** Returns this answer with a {@code Location} header. */
    public UnrenderedAnswer location(String path) {
        return header(HttpHeaders.LOCATION, path);
    }

    /** Returns this answer with one additional header. */
    public UnrenderedAnswer header(String name, String value) {
        Map<String, String> extended = new TreeMap<>(headers);
        extended.put(name, value);
        return new UnrenderedAnswer(status, extended, body);
    }
}
