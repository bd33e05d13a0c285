package dev.studybuddy.api.leaderboard;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
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

    static final int MAX_LIMIT = 100;

    /** Returns the date in the period; empty if it depends on the caller's zone. */
    Optional<LocalDate> findDate() {
        if (on.isPresent()) {
            return on;
        }
        LocalDate earliest = LocalDate.ofInstant(now, ZoneOffset.ofHours(-12));
        LocalDate latest = LocalDate.ofInstant(now, ZoneOffset.ofHours(14));
        return period.nameOn(earliest).equals(period.nameOn(latest)) ? Optional.of(latest) : Optional.empty();
    }

    LocalDate today(ZoneId callersZone) {
        return LocalDate.ofInstant(now, callersZone);
    }

    /** Returns the number of entries of the page that holds the answer; all answers from the top share one page. */
    int pageLimit() {
        return around.isEmpty() ? MAX_LIMIT : limit;
    }

    /** Returns the largest number of entries above the user in the middle. */
    static int maxAbove(int limit) {
        return (limit - 1) / 2;
    }
}
