package dev.studybuddy.api.leaderboard;

import dev.studybuddy.readmodel.Periods;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.Optional;

/** The spans that a leaderboard can be about. */
enum BoardPeriod {
    ALL,
    YEAR,
    MONTH,
    WEEK,
    DAY;

    /** Dates that both databases take, instead of none. */
    private static final LocalDate FIRST = LocalDate.of(1, 1, 1);

    private static final LocalDate LAST = LocalDate.of(9999, 12, 31);

    static Optional<BoardPeriod> ofCode(String code) {
        for (BoardPeriod one : values()) {
            if (one.name().toLowerCase(Locale.ROOT).equals(code)) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }

    /** The period that holds a date, as it stands in rollups. */
    String on(LocalDate date) {
        return switch (this) {
            case ALL -> Periods.ALL;
            case YEAR -> Periods.year(date);
            case MONTH -> Periods.month(date);
            case WEEK -> Periods.week(date);
            case DAY -> Periods.day(date);
        };
    }

    LocalDate firstDay(LocalDate date) {
        return switch (this) {
            case ALL -> FIRST;
            case YEAR -> date.with(TemporalAdjusters.firstDayOfYear());
            case MONTH -> date.with(TemporalAdjusters.firstDayOfMonth());
            case WEEK -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case DAY -> date;
        };
    }

    LocalDate lastDay(LocalDate date) {
        return switch (this) {
            case ALL -> LAST;
            case YEAR -> date.with(TemporalAdjusters.lastDayOfYear());
            case MONTH -> date.with(TemporalAdjusters.lastDayOfMonth());
            case WEEK -> date.with(TemporalAdjusters.nextOrSame(DayOfWeek.SUNDAY));
            case DAY -> date;
        };
    }
}
