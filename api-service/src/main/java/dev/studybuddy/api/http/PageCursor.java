package dev.studybuddy.api.http;

import dev.studybuddy.contract.EventJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Identifies the position of a row in a list that is ordered by time and id. Clients treat its text as opaque.
 *
 * @param at the time of the row
 * @param id the id of the row, which orders rows with equal times
 */
public record PageCursor(Instant at, UUID id) {

    /** This cursor is the position before the newest possible row. */
    public static final PageCursor NEWEST = new PageCursor(Instant.parse("9999-01-01T00:00:00Z"), new UUID(-1, -1));

    /** Parses a cursor. Returns {@link #NEWEST} for an absent or empty cursor, and nothing for an invalid one. */
    static Optional<PageCursor> parse(@Nullable String cursor) {
        if (cursor == null || cursor.isEmpty()) {
            return Optional.of(NEWEST);
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            int space = text.indexOf(' ');
            Instant at = Instant.parse(text.substring(0, Math.max(0, space)));
            UUID id = UUID.fromString(text.substring(space + 1));
            // The databases cannot compare with an instant outside their range, and no row has one.
            return at.isBefore(Instant.EPOCH) || at.isAfter(NEWEST.at())
                    ? Optional.empty()
                    : Optional.of(new PageCursor(at, id));
        } catch (IllegalArgumentException | DateTimeParseException invalid) {
            return Optional.empty();
        }
    }

    /** Returns the text that {@link #parse} reads. */
    public String text() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((EventJson.text(at) + ' ' + id).getBytes(StandardCharsets.UTF_8));
    }
}
