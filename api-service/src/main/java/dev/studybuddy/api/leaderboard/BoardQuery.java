package dev.studybuddy.api.leaderboard;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;

/**
 * What is asked for.
 *
 * @param on a date in the period; empty is today, in the caller's zone
 * @param limit how many entries at most
 * @param around the user to put in the middle; empty is from the top
 * @param caller sees themselves even where hidden
 */
record BoardQuery(
        BoardPeriod period, Optional<LocalDate> on, int limit, Optional<String> around, String caller, Instant now) {

    LocalDate date(ZoneId callersZone) {
        return on.orElseGet(() -> LocalDate.ofInstant(now, callersZone));
    }

    /** How many entries may stand above the user in the middle. */
    int above() {
        return (limit - 1) / 2;
    }
}
