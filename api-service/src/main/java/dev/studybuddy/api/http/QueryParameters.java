package dev.studybuddy.api.http;

import dev.studybuddy.api.http.Problem.FieldFault;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the query parameters of a request. Each getter records a fault if its parameter is invalid, and then returns
 * nothing or a placeholder. {@link #finish} throws all faults at once, so that no caller uses a placeholder.
 */
public final class QueryParameters {

    private static final Pattern UUID_TEXT =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final Pattern DATE_TEXT = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

    private final List<FieldFault> faults = new ArrayList<>();

    /**
     * Returns a whole number from {@code least} to {@code most}, or the default if the parameter is absent or empty.
     */
    public int integer(String name, @Nullable String text, int defaultValue, int least, int most) {
        if (text == null || text.isEmpty()) {
            return defaultValue;
        }
        if (text.matches("-?\\d{1,9}")) {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        fault(name, "must be a whole number from " + least + " to " + most);
        return defaultValue;
    }

    /** Returns the largest number of items of a page, which the parameter {@code limit} of a list contains. */
    public int pageSize(@Nullable String limit) {
        return integer("limit", limit, Page.DEFAULT_LIMIT, 1, Page.MAX_LIMIT);
    }

    /** Returns a date with a year from 1 to 9999, or nothing if the parameter is absent or empty. */
    public Optional<LocalDate> date(String name, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        try {
            if (DATE_TEXT.matcher(text).matches() && !text.startsWith("0000")) {
                return Optional.of(LocalDate.parse(text));
            }
        } catch (DateTimeException noSuchDay) {
            fault(name, "must be a day that exists in the calendar");
            return Optional.empty();
        }
        fault(name, "must be a date such as 2026-11-23");
        return Optional.empty();
    }

    /** Returns an instant of the years 1970 to 9998, or nothing if the parameter is absent or empty. */
    public Optional<Instant> instant(String name, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        try {
            Instant instant = OffsetDateTime.parse(text).toInstant();
            if (!instant.isBefore(Instant.EPOCH) && instant.isBefore(PageCursor.NEWEST.at())) {
                return Optional.of(instant);
            }
        } catch (DateTimeException malformed) {
            fault(name, "must be an instant such as 2026-11-23T10:00:00Z");
            return Optional.empty();
        }
        fault(name, "must be an instant of the years 1970 to 9998");
        return Optional.empty();
    }

    /** Returns a UUID, or nothing if the parameter is absent or empty. */
    public Optional<UUID> uuid(String name, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        if (UUID_TEXT.matcher(text).matches()) {
            return Optional.of(UUID.fromString(text));
        }
        fault(name, "must be a UUID such as 3f2504e0-4f89-41d3-9a0c-0305e82c3301");
        return Optional.empty();
    }

    /**
     * Returns the value of a code word, or the default if the parameter is absent or empty.
     *
     * @param parser the function from a code word to its value, which returns nothing for an invalid word
     * @param words the valid code words, separated by commas, for the message of a fault
     */
    public <T> T code(
            String name, @Nullable String text, T defaultValue, Function<String, Optional<T>> parser, String words) {
        if (text == null || text.isEmpty()) {
            return defaultValue;
        }
        return parser.apply(text).orElseGet(() -> {
            fault(name, "must be one of: " + words);
            return defaultValue;
        });
    }

    /**
     * Returns the value of a code word, or nothing if the parameter is absent or empty.
     *
     * @param parser the function from a code word to its value, which returns nothing for an invalid word
     * @param words the valid code words, separated by commas, for the message of a fault
     */
    public <T> Optional<T> code(
            String name, @Nullable String text, Function<String, Optional<T>> parser, String words) {
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        Optional<T> value = parser.apply(text);
        if (value.isEmpty()) {
            fault(name, "must be one of: " + words);
        }
        return value;
    }

    /** Returns the value of {@code true} or {@code false}, or null if the parameter is absent or empty. */
    public @Nullable Boolean bool(String name, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        if (!text.equals("true") && !text.equals("false")) {
            fault(name, "must be true or false");
        }
        return text.equals("true");
    }

    /** Returns a text in its normal form, or null if the parameter is absent. */
    public @Nullable String text(String name, @Nullable String text, TextRule rule) {
        if (text == null) {
            return null;
        }
        String normal = TextRule.normalize(text);
        String violation = rule.violation(normal);
        if (violation != null) {
            fault(name, violation);
        }
        return normal;
    }

    /** Returns the cursor of a page, or {@link PageCursor#NEWEST} if the parameter is absent or empty. */
    public PageCursor cursor(String name, @Nullable String text) {
        return PageCursor.parse(text).orElseGet(() -> {
            fault(name, "must be the nextCursor of an earlier page");
            return PageCursor.NEWEST;
        });
    }

    /**
     * Returns the cursor of a page in an order, or null if the parameter is absent or empty.
     *
     * @param sort the code of the order of the list
     */
    public @Nullable SortCursor cursor(String name, @Nullable String text, String sort) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        Optional<SortCursor> cursor =
                SortCursor.parse(text).filter(parsed -> parsed.sort().equals(sort));
        if (cursor.isEmpty()) {
            fault(name, "must be the nextCursor of an earlier page in the same order");
        }
        return cursor.orElse(null);
    }

    /**
     * Returns the text after which a page starts, or an empty text if the parameter is absent or empty.
     *
     * @param rule the rule that each text of the list obeys
     */
    public String textCursor(String name, @Nullable String cursor, TextRule rule) {
        return TextCursor.parse(cursor, rule).orElseGet(() -> {
            fault(name, "must be the nextCursor of an earlier page");
            return "";
        });
    }

    /**
     * Returns the range of dates that {@code day}, or {@code from} and {@code to}, describe. It is unbounded without
     * these parameters.
     */
    public DateRange range(@Nullable String day, @Nullable String from, @Nullable String to) {
        Optional<LocalDate> single = date("day", day);
        DateRange range = range("from", from, "to", to);
        if (single.isEmpty()) {
            return range;
        }
        if (!range.isUnbounded()) {
            fault("day", "cannot be combined with from or to");
        }
        return new DateRange(single.get(), single.get());
    }

    /**
     * Returns the range from the date of the first parameter to the date of the last one. Without the first parameter,
     * the range has no beginning. Without the last one, it has no end.
     */
    public DateRange range(String firstName, @Nullable String first, String lastName, @Nullable String last) {
        Optional<LocalDate> begin = date(firstName, first);
        Optional<LocalDate> end = date(lastName, last);
        if (begin.isPresent() && end.isPresent() && begin.get().isAfter(end.get())) {
            fault(firstName, "must not be after " + lastName);
        }
        return new DateRange(begin.orElse(null), end.orElse(null));
    }

    /** Records a fault that the getter of the parameter cannot detect. */
    public void fault(String name, String message) {
        faults.add(new FieldFault(name, message));
    }

    /**
     * Throws if any fault was recorded.
     *
     * @throws ProblemException 400, with each invalid parameter
     */
    public void finish() {
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults).toException();
        }
    }
}
