package dev.studybuddy.api.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LeaderboardPeriodTest {

    /** The dates include 29 February 2028, a year of 53 weeks and several turns of a year. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ALL")
    void theDaysOfAPeriodAreThoseThatRollupsAddToIt(LeaderboardPeriod period) {
        LocalDate end = LocalDate.of(2029, 1, 15);
        for (LocalDate date = LocalDate.of(2024, 12, 15); date.isBefore(end); date = date.plusDays(1)) {
            String name = period.nameOn(date);
            LocalDate first = period.firstDay(date);
            LocalDate last = period.lastDay(date);

            assertThat(date).isBetween(first, last);
            assertThat(period.nameOn(first)).isEqualTo(name);
            assertThat(period.nameOn(last)).isEqualTo(name);
            assertThat(period.nameOn(first.minusDays(1))).isNotEqualTo(name);
            assertThat(period.nameOn(last.plusDays(1))).isNotEqualTo(name);
        }
    }

    @Test
    void aWeekContinuesOverTheEndOfAYear() {
        LeaderboardPeriod week = LeaderboardPeriod.WEEK;
        LocalDate newYear = LocalDate.of(2027, 1, 1);

        assertThat(week.firstDay(newYear)).isEqualTo(LocalDate.of(2026, 12, 28));
        assertThat(week.lastDay(newYear)).isEqualTo(LocalDate.of(2027, 1, 3));
    }
}
