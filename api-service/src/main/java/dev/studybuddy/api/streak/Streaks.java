package dev.studybuddy.api.streak;

import java.time.LocalDate;
import java.util.function.Predicate;

/**
 * Counts the days in a row on which a user was active, up to today, or up to yesterday if today has no activity yet.
 */
public final class Streaks {

    private Streaks() {}

    /** Returns the streak in days. It tests {@code active} day by day, backwards, until a day is not active. */
    public static int length(LocalDate today, Predicate<LocalDate> active) {
        LocalDate day = active.test(today) ? today : today.minusDays(1);
        int length = 0;
        while (active.test(day)) {
            length++;
            day = day.minusDays(1);
        }
        return length;
    }
}
