package dev.studybuddy.api.web;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;

/** Reads the fields of a body that a client may omit. */
public final class OptionalBody {

    private OptionalBody() {}

    /**
     * Returns the fields of the body, or no fields if the request has no body.
     *
     * @throws ProblemException 400 if the request has a body that is not a JSON object
     */
    public static JsonBody of(HttpServletRequest request) {
        byte[] body = RawBody.of(request);
        return JsonBody.of(body.length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : body);
    }
}
