package dev.studybuddy.api.todo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.TodoState;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TodosTest {

    private static final Instant NEW_YEAR = Instant.parse("2026-12-31T23:30:00Z");

    @Test
    void aTodoIsCompletedOnThePresentDayInItsUsersZone() {
        TodoState open = todo(false, null, null);
        TodoState requested = todo(true, null, null);

        assertThat(Todos.nextVersion(open, requested, NEW_YEAR, ZoneId.of("Europe/Berlin"))
                        .completedOn())
                .isEqualTo(LocalDate.of(2027, 1, 1));
        assertThat(Todos.nextVersion(open, requested, NEW_YEAR, ZoneId.of("America/New_York"))
                        .completedOn())
                .isEqualTo(LocalDate.of(2026, 12, 31));
    }

    @Test
    void theDayOfCompletionStaysInAnotherZoneUntilTheTodoIsReopened() {
        LocalDate day = LocalDate.of(2026, 5, 5);
        TodoState completed = todo(true, NEW_YEAR, day);

        TodoState renamed = Todos.nextVersion(completed, completed, NEW_YEAR.plusSeconds(86_400), ZoneId.of("UTC"));
        assertThat(renamed.completedOn()).isEqualTo(day);
        assertThat(renamed.completedAt()).isEqualTo(NEW_YEAR);
        assertThat(renamed.version()).isEqualTo(4);

        TodoState reopened = Todos.nextVersion(completed, todo(false, NEW_YEAR, day), NEW_YEAR, ZoneId.of("UTC"));
        assertThat(reopened.completedOn()).isNull();
        assertThat(reopened.completedAt()).isNull();
    }

    private static TodoState todo(boolean completed, @Nullable Instant at, @Nullable LocalDate on) {
        return new TodoState(
                "t", "u", "title", "", Difficulty.EASY, 1, 0, completed, at, on, null, 3, NEW_YEAR, NEW_YEAR);
    }
}
