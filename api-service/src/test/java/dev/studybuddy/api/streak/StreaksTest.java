package dev.studybuddy.api.streak;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StreaksTest {

    private static final LocalDate TODAY = LocalDate.of(2027, 1, 1);

    @Test
    void activeDaysInARowAreCountedAcrossTheEndOfAYear() {
        assertThat(length(TODAY, TODAY.minusDays(1), TODAY.minusDays(2), TODAY.minusDays(4)))
                .isEqualTo(3);
    }

    @Test
    void aPresentDayWithoutActivityKeepsTheStreak() {
        assertThat(length(TODAY.minusDays(1), TODAY.minusDays(2))).isEqualTo(2);
    }

    @Test
    void aPastDayWithoutActivityEndsTheStreak() {
        assertThat(length(TODAY.minusDays(2), TODAY.minusDays(3))).isZero();
        assertThat(length()).isZero();
    }

    private static int length(LocalDate... active) {
        return Streaks.length(TODAY, Set.of(active)::contains);
    }
}
