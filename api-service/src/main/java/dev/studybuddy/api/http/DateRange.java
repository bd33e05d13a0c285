package dev.studybuddy.api.http;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Holds the range of dates that a list covers. Both ends are inclusive.
 *
 * @param first the first date; null if the range has no beginning
 * @param last the last date; null if the range has no end
 */
public record DateRange(@Nullable LocalDate first, @Nullable LocalDate last) {

    /** Returns whether the range contains every date, and rows without a date. */
    public boolean isUnbounded() {
        return first == null && last == null;
    }
}
