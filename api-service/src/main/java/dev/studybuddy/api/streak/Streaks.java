package dev.studybuddy.api.streak;

import java.time.LocalDate;
import java.util.function.Predicate;

/**
 * Counts the consecutive days on which a user was active, up to today, or up to yesterday if the user was not active
 * today. A user is active on a day if they have a session or complete a todo on it.
 */
public final class Streaks {

    private Streaks() {}

    /**
     * Returns the streak in days. The method tests the days backwards, until a day is not active.
     *
     * @param today the present day in the user's zone
     * @param active returns whether the user was active on a day
     */
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
