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
    void aTodoIsCompletedOnTheDayThatItIsForItsUser() {
        TodoState open = todo(false, null, null);
        TodoState wanted = todo(true, null, null);

        assertThat(Todos.changed(open, wanted, NEW_YEAR, ZoneId.of("Europe/Berlin"))
                        .completedOn())
                .isEqualTo(LocalDate.of(2027, 1, 1));
        assertThat(Todos.changed(open, wanted, NEW_YEAR, ZoneId.of("America/New_York"))
                        .completedOn())
                .isEqualTo(LocalDate.of(2026, 12, 31));
    }

    @Test
    void theDayStaysInAnotherZoneUntilItIsUndone() {
        LocalDate day = LocalDate.of(2026, 5, 5);
        TodoState done = todo(true, NEW_YEAR, day);

        TodoState renamed = Todos.changed(done, done, NEW_YEAR.plusSeconds(86_400), ZoneId.of("UTC"));
        assertThat(renamed.completedOn()).isEqualTo(day);
        assertThat(renamed.completedAt()).isEqualTo(NEW_YEAR);
        assertThat(renamed.version()).isEqualTo(4);

        TodoState undone = Todos.changed(done, todo(false, NEW_YEAR, day), NEW_YEAR, ZoneId.of("UTC"));
        assertThat(undone.completedOn()).isNull();
        assertThat(undone.completedAt()).isNull();
    }

    private static TodoState todo(boolean completed, @Nullable Instant at, @Nullable LocalDate on) {
        return new TodoState(
                "t", "u", "title", "", Difficulty.EASY, 1, 0, completed, at, on, null, 3, NEW_YEAR, NEW_YEAR);
    }
}
