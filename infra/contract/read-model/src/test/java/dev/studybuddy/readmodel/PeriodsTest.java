package dev.studybuddy.readmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class PeriodsTest {

    @Test
    void aDateBelongsToFivePeriods() {
        assertThat(Periods.of(LocalDate.of(2026, 11, 23)))
                .containsExactly("all", "2026", "2026-11", "2026-W48", "2026-11-23");
    }

    @Test
    void aWeekBelongsToItsWeekBasedYear() {
        LocalDate newYear = LocalDate.of(2027, 1, 1);

        assertThat(Periods.week(newYear)).isEqualTo("2026-W53");
        assertThat(Periods.year(newYear)).isEqualTo("2027");
    }

    @Test
    void theLastDaysOfAYearCanBelongToTheFirstWeekOfTheNextYear() {
        assertThat(Periods.of(LocalDate.of(2024, 12, 29)))
                .containsExactly("all", "2024", "2024-12", "2024-W52", "2024-12-29");
        assertThat(Periods.of(LocalDate.of(2024, 12, 30)))
                .containsExactly("all", "2024", "2024-12", "2025-W01", "2024-12-30");
    }

    @Test
    void noLongerPeriodCountsAsADay() {
        LocalDate date = LocalDate.of(2026, 11, 23);

        assertThat(Periods.of(date).stream().filter(Periods::isDay)).containsExactly(Periods.day(date));
    }
}
