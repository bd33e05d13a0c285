package dev.studybuddy.api.deadletters;

import dev.studybuddy.api.web.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The place in the list of dead letters: the publishers' come first, then the projector's. */
record LetterCursor(
        int shard, UUID row, boolean rowsDone, @Nullable String document) {

    static final LetterCursor BEGIN = new LetterCursor(-1, new UUID(0, 0), false, null);

    static LetterCursor afterRow(int shard, UUID row) {
        return new LetterCursor(shard, row, false, null);
    }

    static LetterCursor afterDocument(@Nullable String id) {
        return new LetterCursor(-1, new UUID(0, 0), true, id);
    }

    static LetterCursor read(@Nullable String cursor) {
        if (cursor == null || cursor.isEmpty()) {
            return BEGIN;
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
            throw foreign();
        }
        throw foreign();
    }

    String text() {
        String text = rowsDone ? "d:" + (document == null ? "" : document) : "r:" + shard + ':' + row;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static RuntimeException foreign() {
        return Problem.invalid("cursor", "is not one that this service gave").exception();
    }
}
