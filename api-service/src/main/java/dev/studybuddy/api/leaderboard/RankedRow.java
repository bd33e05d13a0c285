package dev.studybuddy.api.leaderboard;

import java.util.ArrayList;
import java.util.List;

/** A ranked row is a row of sums with its competition rank. */
record RankedRow(long rank, Row row) {

    /** A row holds the sums of one user in a period. */
    record Row(String userId, long points, long studyMinutes, long todosCompleted) {}

    /**
     * Ranks rows that follow each other without a gap, ordered by descending points, then by user id.
     *
     * @param rows the rows to rank
     * @param before the number of rows of the period before the first of {@code rows}
     * @param better the number of rows of the period with more points than the first of {@code rows}
     */
    static List<RankedRow> of(List<Row> rows, long before, long better) {
        List<RankedRow> ranked = new ArrayList<>(rows.size());
        for (int n = 0; n < rows.size(); n++) {
            long rank;
            if (n == 0) {
                rank = better + 1;
            } else if (rows.get(n).points() == rows.get(n - 1).points()) {
                rank = ranked.get(n - 1).rank();
            } else {
                rank = before + n + 1;
            }
            ranked.add(new RankedRow(rank, rows.get(n)));
        }
        return ranked;
    }
}
