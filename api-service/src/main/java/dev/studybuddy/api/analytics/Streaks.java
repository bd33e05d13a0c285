package dev.studybuddy.api.analytics;

import java.time.LocalDate;
import java.util.function.Predicate;

/** How many days on end somebody was active: up to today, or up to yesterday where today has nothing yet. */
public final class Streaks {

    private Streaks() {}

    /** The length in days; {@code active} is asked day by day, backwards, until one says no. */
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
