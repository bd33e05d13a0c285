package dev.studybuddy.api.idempotency;

import dev.studybuddy.api.http.PersonalData;
import dev.studybuddy.api.http.UnrenderedAnswer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/**
 * Holds the row of a key: the stored answer, or the reservation of a request that is in progress.
 *
 * @param requestHash the hash of the query and the body of the request that claimed the key
 * @param status the HTTP status of the answer; 0 while the request that claimed the key is in progress
 * @param headers the headers of the answer
 * @param body the JSON body of the answer; empty for an answer without a body
 * @param about the id of the person whose data the body contains; null if the body is about no person
 */
record StoredAnswer(
        String requestHash,
        int status,
        Map<String, String> headers,
        String body,
        @Nullable String about) {

    /**
     * Returns the answer of an effect in the form in which it is stored.
     *
     * @param answer the answer of the effect
     * @param rendered the same answer with its body as JSON
     */
    static StoredAnswer of(String requestHash, UnrenderedAnswer answer, ResponseEntity<byte[]> rendered) {
        if (!answer.status().is2xxSuccessful()) {
            throw new IllegalStateException(
                    "an effect must report a failure by an exception, so that its transaction is rolled back");
        }
        byte[] body = rendered.getBody();
        return new StoredAnswer(
                requestHash,
                answer.status().value(),
                new TreeMap<>(answer.headers()),
                body == null ? "" : new String(body, StandardCharsets.UTF_8),
                answer.body() instanceof PersonalData personal ? personal.person() : null);
    }

    boolean inProgress() {
        return status == 0;
    }

    /** Returns the response that a retry of the request receives. */
    ResponseEntity<byte[]> toResponse() {
        HttpHeaders responseHeaders = new HttpHeaders();
        responseHeaders.setAll(headers);
        ResponseEntity.BodyBuilder response = ResponseEntity.status(status).headers(responseHeaders);
        return body.isEmpty()
                ? response.build()
                : response.contentType(MediaType.APPLICATION_JSON).body(body.getBytes(StandardCharsets.UTF_8));
    }
}
