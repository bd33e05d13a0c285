package dev.studybuddy.api.http;

import dev.studybuddy.contract.EventJson;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Identifies the position of a row in a list whose order the client chose. Clients treat its text as opaque. The
 * position consists of the values of the row and not of a number of rows. Therefore a cursor stays valid if rows are
 * added or removed, or if the next request has other filters.
 *
 * @param sort the code of the order; a cursor is valid only for a list in the same order
 * @param date the date by which the row is ordered first; null if the order has no date or the row has none
 * @param at the time by which the row is ordered next
 * @param id the id of the row, which orders rows with equal times
 */
public record SortCursor(String sort, @Nullable LocalDate date, Instant at, UUID id) {

    /** A list whose request names no order has this order: the row that was created last comes first. */
    public static final String NEWEST_FIRST = "-createdAt";

    private static final String NO_DATE = "-";
    private static final int MAX_LENGTH = 200;

    /** Parses a cursor that is not empty. Returns nothing if this service cannot have issued it. */
    static Optional<SortCursor> parse(String cursor) {
        if (cursor.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split(" ", -1);
            // A cursor of the newest-first order has two parts, because earlier versions of this service issued it.
            return switch (parts.length) {
                case 2 -> Optional.of(new SortCursor(NEWEST_FIRST, null, parseTime(parts[0]), parseId(parts[1])));
                case 4 ->
                    Optional.of(new SortCursor(parts[0], parseDate(parts[1]), parseTime(parts[2]), parseId(parts[3])));
                default -> Optional.empty();
            };
        } catch (IllegalArgumentException | DateTimeException invalid) {
            return Optional.empty();
        }
    }

    /** Returns the text that {@link #parse} reads. */
    public String text() {
        String position = EventJson.text(at) + ' ' + id;
        String text =
                sort.equals(NEWEST_FIRST) ? position : sort + ' ' + (date == null ? NO_DATE : date) + ' ' + position;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable LocalDate parseDate(String text) {
        return text.equals(NO_DATE) ? null : checkYear(LocalDate.parse(text));
    }

    private static Instant parseTime(String text) {
        Instant time = Instant.parse(text);
        // The databases cannot compare with an instant outside their range, and no row has one.
        if (time.isBefore(Instant.EPOCH) || time.isAfter(PageCursor.NEWEST.at())) {
            throw new IllegalArgumentException("the time must be from 1970 to 9998");
        }
        return time;
    }

    private static UUID parseId(String text) {
        UUID id = UUID.fromString(text);
        if (!id.toString().equals(text)) {
            throw new IllegalArgumentException("the id has another form than this service issues");
        }
        return id;
    }

    private static LocalDate checkYear(LocalDate date) {
        if (date.getYear() < 1 || date.getYear() > 9999) {
            throw new IllegalArgumentException("the year must be from 1 to 9999");
        }
        return date;
    }
}
