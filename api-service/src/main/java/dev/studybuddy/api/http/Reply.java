package dev.studybuddy.api.http;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * Holds an answer that is not yet rendered as bytes.
 *
 * @param status the HTTP status of the answer
 * @param headers the headers of the answer, each with one value
 * @param body the object that is rendered as JSON; null for an answer without a body
 */
public record Reply(
        HttpStatus status,
        Map<String, String> headers,
        @Nullable Object body) {

    public Reply {
        headers = Map.copyOf(headers);
    }

    /** Returns a reply without headers. */
    public static Reply of(HttpStatus status, @Nullable Object body) {
        return new Reply(status, Map.of(), body);
    }

    /** Returns this reply with a {@code Location} header. */
    public Reply location(String path) {
        return header(HttpHeaders.LOCATION, path);
    }

    /** Returns this reply with one additional header. */
    public Reply header(String name, String value) {
        Map<String, String> extended = new TreeMap<>(headers);
        extended.put(name, value);
        return new Reply(status, extended, body);
    }
}
