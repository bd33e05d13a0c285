package dev.studybuddy.api.http;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Renders answers as bytes. Each answer that can be stored under an Idempotency-Key is rendered here, so that a stored
 * answer equals a new one byte for byte.
 */
@Component
public final class AnswerRenderer {

    private final JsonMapper json;

    AnswerRenderer(JsonMapper json) {
        this.json = json;
    }

    /** Returns the response with the status, the headers and the JSON body of the answer. */
    public ResponseEntity<byte[]> render(UnrenderedAnswer answer) {
        ResponseEntity.BodyBuilder response =
                ResponseEntity.status(answer.status()).headers(headers -> headers.setAll(answer.headers()));
        return answer.body() == null
                ? response.build()
                : response.contentType(MediaType.APPLICATION_JSON).body(json.writeValueAsBytes(answer.body()));
    }
}
