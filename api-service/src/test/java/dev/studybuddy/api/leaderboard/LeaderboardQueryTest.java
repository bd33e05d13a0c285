package dev.studybuddy.api.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeaderboardQueryTest {

    /** Users' zones are at most 12 hours behind UTC and at most 14 hours ahead of it. */
    @ParameterizedTest
    @CsvSource({
        "YEAR, 2026-12-31T09:59:59Z, true",
        "YEAR, 2026-12-31T10:00:00Z, false",
        "YEAR, 2027-01-01T11:59:59Z, false",
        "YEAR, 2027-01-01T12:00:00Z, true",
        "MONTH, 2028-02-29T09:59:59Z, true",
        "MONTH, 2028-02-29T10:00:00Z, false",
        "MONTH, 2028-03-01T12:00:00Z, true",
        "WEEK, 2026-12-31T10:00:00Z, true",
        "WEEK, 2027-01-03T10:00:00Z, false",
        "WEEK, 2027-01-04T12:00:00Z, true",
        "DAY, 2026-12-15T12:00:00Z, false",
        "ALL, 2026-12-31T10:00:00Z, true"
    })
    void aPeriodNeedsTheZoneOfTheCallerWhileZonesDiffer(LeaderboardPeriod period, Instant now, boolean same) {
        LeaderboardQuery query = query(period, now);

        assertThat(query.findDate().isPresent()).isEqualTo(same);
    }

    @ParameterizedTest
    @CsvSource({
        "Pacific/Kiritimati, 2027-01-01, 2027",
        "UTC, 2026-12-31, 2026",
        "Pacific/Pago_Pago, 2026-12-30, 2026",
        "Etc/GMT+12, 2026-12-30, 2026"
    })
    void todayIsTheDateInTheZoneOfTheCaller(String zone, LocalDate today, String year) {
        LeaderboardQuery query = query(LeaderboardPeriod.YEAR, Instant.parse("2026-12-31T10:30:00Z"));

        LocalDate date = query.today(ZoneId.of(zone));

        assertThat(date).isEqualTo(today);
        assertThat(query.period().nameOn(date)).isEqualTo(year);
    }

    private static LeaderboardQuery query(LeaderboardPeriod period, Instant now) {
        return new LeaderboardQuery(period, Optional.empty(), 10, Optional.empty(), "caller", now);
    }
}
