package dev.studybuddy.api.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Converts a text to the cursor of a list that is ordered by this text, and back. */
public final class TextCursor {

    private TextCursor() {}

    /** Returns the cursor of the position after a text. */
    public static String of(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Returns the text of a cursor, or nothing if the cursor is invalid. The text is empty if the cursor is absent or
     * empty.
     *
     * @param rule the rule that each text of the list obeys
     */
    static Optional<String> parse(@Nullable String cursor, TextRule rule) {
        if (cursor == null || cursor.isEmpty()) {
            return Optional.of("");
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            return rule.violation(text) == null ? Optional.of(text) : Optional.empty();
        } catch (IllegalArgumentException invalid) {
            return Optional.empty();
        }
    }
}
