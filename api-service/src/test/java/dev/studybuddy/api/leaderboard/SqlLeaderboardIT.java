package dev.studybuddy.api.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.RunningApi;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class SqlLeaderboardIT {

    private final JdbcClient jdbc = RunningApi.shared().sql();

    @Test
    void aPageShowsTheTimeOfTheDatabaseAndNotOfTheInstance() {
        Instant ahead = Instant.now().plusSeconds(3600);
        Instant before = readTime();

        LeaderboardPage page =
                new SqlLeaderboard(jdbc, LeaderboardPeriod.ALL, LocalDate.of(2026, 11, 20), ahead).readTop(10);

        assertThat(page.asOf()).isBetween(before, readTime());
    }

    private Instant readTime() {
        return jdbc.sql("SELECT now() AS read_at")
                .query((row, number) -> row.getTimestamp("read_at").toInstant())
                .single();
    }
}
