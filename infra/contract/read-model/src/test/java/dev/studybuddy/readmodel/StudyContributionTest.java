package dev.studybuddy.readmodel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.SessionType;
import dev.studybuddy.contract.TodoState;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class StudyContributionTest {

    private static final Instant AT = Instant.parse("2026-11-23T12:00:00Z");
    private static final LocalDate ON = LocalDate.of(2026, 11, 23);

    @Test
    void theAddMethodUsesThePresentVersion() {
        Sums present = new Sums();
        StudyContribution.add(present, session(25), 1);
        StudyContribution.add(present, todo(true), 1);
        Sums expected = new Sums();
        ContributionFunction version2 =
                StudyContribution.ofVersion(StudyContribution.VERSION).orElseThrow();
        version2.add(expected, session(25), 1);
        version2.add(expected, todo(true), 1);

        assertThat(present).isEqualTo(expected);
    }

    @Test
    void anUnknownVersionHasNoContribution() {
        assertThat(StudyContribution.ofVersion(0)).isEmpty();
        assertThat(StudyContribution.ofVersion(StudyContribution.VERSION + 1)).isEmpty();
    }

    @Test
    void anOpenTodoAndADeletedStateAddNothing() {
        Sums sums = new Sums();
        StudyContribution.add(sums, todo(false), 1);
        StudyContribution.add(sums, new DeletedState("t1", "u1", 3), 1);

        assertThat(sums.isEmpty()).isTrue();
    }

    @Test
    void addingAndSubtractingAStateLeavesNothing() {
        Sums sums = new Sums();
        StudyContribution.add(sums, session(25), 1);
        StudyContribution.add(sums, session(25), -1);

        assertThat(sums.isEmpty()).isTrue();
    }

    private static SessionState session(int minutes) {
        return new SessionState("s1", "u1", "Math", SessionType.POMODORO, minutes, AT, ON, 1, AT, AT);
    }

    private static TodoState todo(boolean completed) {
        return new TodoState(
                "t1",
                "u1",
                "Read",
                "Math",
                Difficulty.HARD,
                10,
                7,
                completed,
                completed ? AT : null,
                completed ? ON : null,
                null,
                1,
                AT,
                AT);
    }
}
