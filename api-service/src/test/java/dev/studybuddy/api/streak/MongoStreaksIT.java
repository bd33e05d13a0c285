package dev.studybuddy.api.streak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.api.testing.ReadModelFixture;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.Periods;
import dev.studybuddy.readmodel.RollupKey;
import dev.studybuddy.testkit.TestMongo;
import dev.studybuddy.testkit.TestServers;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** This test computes streaks whose days lie in rollups of several months. */
class MongoStreaksIT {

    private static final String ANNA = "00000000-0000-4000-8000-00000000000a";
    private static final String BEN = "00000000-0000-4000-8000-00000000000b";

    private TestMongo mongo;
    private ReadModelFixture model;

    @BeforeEach
    void start() {
        mongo = TestServers.newMongoDatabase();
        model = new ReadModelFixture(mongo.uri(), mongo.databaseName(), 1);
    }

    @AfterEach
    void close() {
        model.close();
        mongo.close();
    }

    @Test
    void aStreakContinuesAcrossAShortMonthOnTheLastDayOfAMonth() {
        LocalDate today = LocalDate.of(2027, 3, 31);
        addDays(ANNA, LocalDate.of(2027, 1, 30), today);

        assertThat(streaks(Map.of(ANNA, today))).containsOnly(Map.entry(ANNA, 61));
    }

    @Test
    void aStreakOfMoreThanAYearIsReadToItsFirstDay() {
        LocalDate today = LocalDate.of(2028, 3, 1);
        addDays(ANNA, LocalDate.of(2026, 12, 31), today);

        assertThat(streaks(Map.of(ANNA, today))).containsOnly(Map.entry(ANNA, 427));
    }

    @Test
    void aStreakThatBeginsOnTheFirstDayThatWasReadEndsThere() {
        LocalDate today = LocalDate.of(2027, 3, 31);
        addDays(ANNA, LocalDate.of(2027, 2, 1), today);

        assertThat(streaks(Map.of(ANNA, today))).containsOnly(Map.entry(ANNA, 59));
    }

    @Test
    void eachUserHasAStreakThatEndsOnThePresentDayOfItsZone() {
        LocalDate today = LocalDate.of(2027, 3, 1);
        addDays(ANNA, LocalDate.of(2027, 2, 26), today);
        addDays(BEN, LocalDate.of(2027, 2, 26), today.minusDays(2));

        assertThat(streaks(Map.of(ANNA, today, BEN, today))).containsOnly(Map.entry(ANNA, 4), Map.entry(BEN, 0));
        assertThat(streaks(Map.of(ANNA, today, BEN, today.minusDays(1))))
                .containsOnly(Map.entry(ANNA, 4), Map.entry(BEN, 2));
    }

    private Map<String, Integer> streaks(Map<String, LocalDate> todays) {
        ReadGeneration generation =
                new ReadGeneration(Names.STUDY, 1, EnumSet.allOf(AggregateType.class), model.database(), null);
        return MongoStreaks.read(generation, todays);
    }

    /** Makes the user active on each day from the first to the last one. */
    private void addDays(String user, LocalDate first, LocalDate last) {
        Map<RollupKey, Map<String, Long>> months = new HashMap<>();
        List<LocalDate> days = first.datesUntil(last.plusDays(1)).toList();
        for (LocalDate day : days) {
            months.computeIfAbsent(RollupKey.ofUser(Periods.month(day), user), any -> new HashMap<>())
                    .put(String.format(Locale.ROOT, "active.%02d", day.getDayOfMonth()), 1L);
        }
        months.forEach(model::add);
    }
}
