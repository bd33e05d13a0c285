package dev.studybuddy.api.operations.deadletter;

import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.outbox.DeadLetteredRowTable.Position;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A cursor is a position in the list of dead letters. The list has the publishers' rows first, then the projector's
 * documents.
 *
 * @param row the position of the row that the next page follows
 * @param rowsDone whether the list of rows has ended, so that the next page has documents only
 * @param document the id of the document that the next page follows; null or empty to begin with the first document
 */
record DeadLetterCursor(
        Position row, boolean rowsDone, @Nullable String document) {

    static final DeadLetterCursor START = afterRow(Position.START);

    static DeadLetterCursor afterRow(Position row) {
        return new DeadLetterCursor(row, false, null);
    }

    static DeadLetterCursor afterDocument(@Nullable String id) {
        return new DeadLetterCursor(Position.START, true, id);
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
                return afterRow(new Position(Integer.parseInt(parts[1]), UUID.fromString(parts[2])));
            }
        } catch (IllegalArgumentException malformed) {
            throw invalidCursor();
        }
        throw invalidCursor();
    }

    String text() {
        String text = rowsDone ? "d:" + (document == null ? "" : document) : "r:" + row.shard() + ':' + row.id();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static RuntimeException invalidCursor() {
        return Problem.invalid("cursor", "must be the nextCursor of an earlier page")
                .toException();
    }
}
