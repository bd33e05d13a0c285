package dev.studybuddy.api.leaderboard;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A leaderboard lists ranked users of a period.
 *
 * @param period the name of the period as rollups store it, for example {@code 2026-W48}
 * @param asOf the time at which the ranked users were read, or the time of the earlier state of CockroachDB that the
 *     read returned
 * @param entries the users in the order of their ranks
 */
record Leaderboard(String period, Instant asOf, List<Entry> entries) {

    public Leaderboard {
        entries = List.copyOf(entries);
    }

    /**
     * An entry is one user's row of the leaderboard.
     *
     * @param rank the competition rank (1, 2, 2, 4) among all users with points, hidden users included
     * @param username the user's unique name; null if the user has none
     * @param avatar the address of the user's picture; null if the user has none
     * @param streak the number of active days in a row that ends today or yesterday, in the user's time zone
     * @param rankExact false if so many users precede this user that the rank is an estimate
     */
    @Schema(name = "LeaderboardEntry")
    public record Entry(
            long rank,
            String userId,
            @Nullable String username,
            String name,
            @Nullable String avatar,
            long points,
            long studyMinutes,
            long todosCompleted,
            int streak,
            boolean rankExact) {}
}
