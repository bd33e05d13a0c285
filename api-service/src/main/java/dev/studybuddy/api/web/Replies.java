package dev.studybuddy.api.web;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Makes the bytes of answers, in one way, so that a stored answer and a fresh one can't differ. */
@Component
public final class Replies {

    private final JsonMapper json;

    Replies(JsonMapper json) {
        this.json = json;
    }

    public ResponseEntity<byte[]> entity(Reply reply) {
        ResponseEntity.BodyBuilder answer =
                ResponseEntity.status(reply.status()).headers(headers -> headers.setAll(reply.headers()));
        return reply.body() == null
                ? answer.build()
                : answer.contentType(MediaType.APPLICATION_JSON).body(json.writeValueAsBytes(reply.body()));
    }
}
