package dev.studybuddy.api.web;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * An answer before it is bytes.
 *
 * @param body written as JSON; null for none
 */
public record Reply(
        HttpStatus status,
        Map<String, String> headers,
        @Nullable Object body) {

    public Reply {
        headers = Map.copyOf(headers);
    }

    public static Reply of(HttpStatus status, @Nullable Object body) {
        return new Reply(status, Map.of(), body);
    }

    /** With {@code Location: …}. */
    public Reply location(String path) {
        return header(HttpHeaders.LOCATION, path);
    }

    public Reply header(String name, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(name, value);
        return new Reply(status, more, body);
    }
}
