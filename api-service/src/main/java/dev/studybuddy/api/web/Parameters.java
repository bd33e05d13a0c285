package dev.studybuddy.api.web;

import dev.studybuddy.api.web.Problem.FieldFault;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The parameters of a query: faults are collected, and {@link #finish} throws them all at once. */
public final class Parameters {

    private static final Pattern UUID_TEXT =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final Pattern DATE_TEXT = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

    private final List<FieldFault> faults = new ArrayList<>();

    /** A whole number; absent or empty is {@code otherwise}. */
    public int integer(String name, @Nullable String text, int otherwise, int least, int most) {
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        if (text.matches("-?\\d{1,9}")) {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        fault(name, "must be a whole number from " + least + " to " + most);
        return otherwise;
    }

    /** A date with a year from 1 to 9999. */
    public Optional<LocalDate> date(String name, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        try {
            if (DATE_TEXT.matcher(text).matches() && !text.startsWith("0000")) {
                return Optional.of(LocalDate.parse(text));
            }
        } catch (DateTimeException noSuchDay) {
            fault(name, "is no day of the calendar");
            return Optional.empty();
        }
        fault(name, "must be a date like 2026-11-23");
        return Optional.empty();
    }

    public Optional<UUID> uuid(String name, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        if (UUID_TEXT.matcher(text).matches()) {
            return Optional.of(UUID.fromString(text));
        }
        fault(name, "must be a UUID");
        return Optional.empty();
    }

    /** One of several words; absent or empty is {@code otherwise}. */
    public <T> T code(
            String name, @Nullable String text, T otherwise, Function<String, Optional<T>> reader, String words) {
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        return reader.apply(text).orElseGet(() -> {
            fault(name, "must be one of: " + words);
            return otherwise;
        });
    }

    /** {@code true} or {@code false}; absent or empty is null. */
    public @Nullable Boolean truth(String name, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        if (!text.equals("true") && !text.equals("false")) {
            fault(name, "must be true or false");
        }
        return text.equals("true");
    }

    /** A text in its normal form; absent is null. */
    public @Nullable String text(String name, @Nullable String text, TextRule rule) {
        if (text == null) {
            return null;
        }
        String normal = TextRule.normal(text);
        String broken = rule.broken(normal);
        if (broken != null) {
            fault(name, broken);
        }
        return normal;
    }

    /** Where a page begins; absent or empty is {@link PageCursor#NEWEST}. */
    public PageCursor cursor(String name, @Nullable String text) {
        return PageCursor.read(text).orElseGet(() -> {
            fault(name, "is not one that this service gave");
            return PageCursor.NEWEST;
        });
    }

    /** Says that a parameter is at fault for a reason that its getter can't know. */
    public void fault(String name, String message) {
        faults.add(new FieldFault(name, message));
    }

    /**
     * Ends the reading.
     *
     * @throws ProblemException 400 naming every parameter at fault
     */
    public void finish() {
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults).exception();
        }
    }
}
