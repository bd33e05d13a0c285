package dev.studybuddy.api.leaderboard;

import dev.studybuddy.readmodel.Periods;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.Optional;

/** A period is a span of dates that a leaderboard can cover. */
enum LeaderboardPeriod {
    ALL,
    YEAR,
    MONTH,
    WEEK,
    DAY;

    /** The period {@link #ALL} starts on this date, which CockroachDB and PostgreSQL accept. */
    private static final LocalDate FIRST = LocalDate.of(1, 1, 1);

    /** The period {@link #ALL} ends on this date, which CockroachDB and PostgreSQL accept. */
    private static final LocalDate LAST = LocalDate.of(9999, 12, 31);

    static Optional<LeaderboardPeriod> ofCode(String code) {
        for (LeaderboardPeriod period : values()) {
            if (period.name().toLowerCase(Locale.ROOT).equals(code)) {
                return Optional.of(period);
            }
        }
        return Optional.empty();
    }

    /** Returns the name of the period that contains a date, as rollups store it. */
    String nameOn(LocalDate date) {
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
