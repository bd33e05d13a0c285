package dev.studybuddy.api.web;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;

/** The fields of a body that a client may leave out altogether. */
public final class OptionalBody {

    private OptionalBody() {}

    /**
     * The body's fields; none where there is no body.
     *
     * @throws ProblemException 400 where there is one that is no JSON object
     */
    public static Fields of(HttpServletRequest request) {
        byte[] body = RequestBody.of(request);
        return Fields.of(body.length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : body);
    }
}
