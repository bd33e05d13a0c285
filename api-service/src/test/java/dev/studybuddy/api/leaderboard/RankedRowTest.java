package dev.studybuddy.api.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.leaderboard.RankedRow.Row;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RankedRowTest {

    @Test
    void rowsWithEqualPointsShareARankAndTheNextRankSkips() {
        assertThat(ranks(RankedRow.of(rows(50, 30, 30, 10), 0, 0))).containsExactly(1L, 2L, 2L, 4L);
    }

    @Test
    void rowsFromTheMiddleCountTheRowsBeforeThem() {
        // Seven rows precede the first row, and five of them have more points.
        assertThat(ranks(RankedRow.of(rows(30, 30, 10, 10), 7, 5))).containsExactly(6L, 6L, 10L, 10L);
    }

    @Test
    void noRowsHaveNoRanks() {
        assertThat(RankedRow.of(List.of(), 0, 0)).isEmpty();
    }

    private static List<Row> rows(long... points) {
        return Arrays.stream(points).mapToObj(each -> new Row("u", each, 0, 0)).toList();
    }

    private static List<Long> ranks(List<RankedRow> ranked) {
        return ranked.stream().map(RankedRow::rank).toList();
    }
}
