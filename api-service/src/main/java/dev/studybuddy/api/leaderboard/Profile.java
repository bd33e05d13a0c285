package dev.studybuddy.api.leaderboard;

import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * A profile holds the fields of a user that a leaderboard shows.
 *
 * @param zone the time zone in which the user's days are counted
 * @param shown whether other users see this profile
 */
record Profile(
        String userId,
        @Nullable String username,
        String name,
        @Nullable String avatar,
        ZoneId zone,
        boolean shown) {

    boolean isVisibleTo(String caller) {
        return shown || userId.equals(caller);
    }

    Leaderboard.Entry toEntry(RankedRow ranked, int streak, boolean exact) {
        RankedRow.Row row = ranked.row();
        return new Leaderboard.Entry(
                ranked.rank(),
                userId,
                username,
                name,
                avatar,
                row.points(),
                row.studyMinutes(),
                row.todosCompleted(),
                streak,
                exact);
    }
}
