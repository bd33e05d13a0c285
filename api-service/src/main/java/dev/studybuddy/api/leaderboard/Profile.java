package dev.studybuddy.api.leaderboard;

import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** What others see of a user. */
record Profile(
        String userId,
        @Nullable String username,
        String name,
        @Nullable String avatar,
        ZoneId zone,
        boolean shown) {

    boolean visibleTo(String caller) {
        return shown || userId.equals(caller);
    }

    Leaderboard.Entry entry(Ranked ranked, int streak, boolean exact) {
        Ranked.Row row = ranked.row();
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
