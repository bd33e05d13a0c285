package dev.studybuddy.api.operations.deadletter;

import dev.studybuddy.api.http.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A cursor is a position in the list of dead letters. The list has the publishers' rows first, then the projector's
 * documents.
 *
 * @param shard the shard of the row that the next page follows
 * @param row the id of the row that the next page follows
 * @param rowsDone whether the list of rows has ended, so that the next page has documents only
 * @param document the id of the document that the next page follows; null or empty to begin with the first document
 */
record DeadLetterCursor(
        int shard, UUID row, boolean rowsDone, @Nullable String document) {

    static final DeadLetterCursor START = new DeadLetterCursor(-1, new UUID(0, 0), false, null);

    static DeadLetterCursor afterRow(int shard, UUID row) {
        return new DeadLetterCursor(shard, row, false, null);
    }

    static DeadLetterCursor afterDocument(@Nullable String id) {
        return new DeadLetterCursor(-1, new UUID(0, 0), true, id);
    }

    static DeadLetterCursor parse(@Nullable String cursor) {
        if (cursor == null || cursor.isEmpty()) {
            return START;
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            if (text.startsWith("d:")) {
                return afterDocument(text.substring(2));
            }
            String[] parts = text.split(":", -1);
            if (parts.length == 3 && parts[0].equals("r")) {
                return afterRow(Integer.parseInt(parts[1]), UUID.fromString(parts[2]));
            }
        } catch (IllegalArgumentException malformed) {
            throw invalidCursor();
        }
        throw invalidCursor();
    }

    String encode() {
        String text = rowsDone ? "d:" + (document == null ? "" : document) : "r:" + shard + ':' + row;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static RuntimeException invalidCursor() {
        return Problem.invalid("cursor", "must be the nextCursor of an earlier response of this list")
                .exception();
    }
}
