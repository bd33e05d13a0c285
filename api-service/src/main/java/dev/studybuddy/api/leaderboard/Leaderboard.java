package dev.studybuddy.api.leaderboard;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The best of a period.
 *
 * @param period as in rollups, for example {@code 2026-W48}
 * @param asOf when it was read
 */
public record Leaderboard(String period, Instant asOf, List<Entry> entries) {

    public Leaderboard {
        entries = List.copyOf(entries);
    }

    /**
     * One user.
     *
     * @param rank 1, 2, 2, 4: over everybody with points, hidden ones too
     * @param streak days on end, in the user's zone
     * @param rankExact false where so many are better that they were not counted to the end
     */
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
