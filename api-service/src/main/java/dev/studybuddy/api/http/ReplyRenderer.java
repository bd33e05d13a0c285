package dev.studybuddy.api.http;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Renders replies as bytes. All answers use this class, so that a stored answer equals a new one byte for byte. */
@Component
public final class ReplyRenderer {

    private final JsonMapper json;

    ReplyRenderer(JsonMapper json) {
        this.json = json;
    }

    /** Returns the response with the status, the headers and the JSON body of the reply. */
    public ResponseEntity<byte[]> render(Reply reply) {
        ResponseEntity.BodyBuilder answer =
                ResponseEntity.status(reply.status()).headers(headers -> headers.setAll(reply.headers()));
        return reply.body() == null
                ? answer.build()
                : answer.contentType(MediaType.APPLICATION_JSON).body(json.writeValueAsBytes(reply.body()));
    }
}
