package dev.studybuddy.api.leaderboard;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;

/**
 * This record holds the parameters of a request for the leaderboard.
 *
 * @param period the span that the leaderboard covers
 * @param on a date in the period; empty means today in the caller's zone
 * @param limit the largest number of entries
 * @param around the id of the user in the middle of the entries; empty means that the entries start at the top
 * @param caller the id of the caller, who sees their own profile even if it is hidden
 * @param now the time of the request
 */
record LeaderboardQuery(
        LeaderboardPeriod period,
        Optional<LocalDate> on,
        int limit,
        Optional<String> around,
        String caller,
        Instant now) {

    LocalDate date(ZoneId callersZone) {
        return on.orElseGet(() -> LocalDate.ofInstant(now, callersZone));
    }

    /** Returns the largest number of entries above the user in the middle. */
    int maxAbove() {
        return (limit - 1) / 2;
    }
}
