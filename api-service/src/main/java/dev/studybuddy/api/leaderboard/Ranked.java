package dev.studybuddy.api.leaderboard;

import java.util.ArrayList;
import java.util.List;

/** A row of sums with its competition rank. */
record Ranked(long rank, Row row) {

    /** What one user has in a period. */
    record Row(String userId, long points, long studyMinutes, long todosCompleted) {}

    /**
     * Ranks rows that follow each other without a gap: more points first, equals by user id.
     *
     * @param before how many stand before the first row
     * @param better how many of them have more points than it
     */
    static List<Ranked> of(List<Row> rows, long before, long better) {
        List<Ranked> ranked = new ArrayList<>(rows.size());
        for (int n = 0; n < rows.size(); n++) {
            long rank;
            if (n == 0) {
                rank = better + 1;
            } else if (rows.get(n).points() == rows.get(n - 1).points()) {
                rank = ranked.get(n - 1).rank();
            } else {
                rank = before + n + 1;
            }
            ranked.add(new Ranked(rank, rows.get(n)));
        }
        return ranked;
    }
}
