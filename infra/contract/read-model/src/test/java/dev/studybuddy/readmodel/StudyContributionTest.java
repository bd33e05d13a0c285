package dev.studybuddy.readmodel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.SessionType;
import dev.studybuddy.contract.TodoState;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StudyContributionTest {

    private static final Instant AT = Instant.parse("2026-11-23T12:00:00Z");
    private static final LocalDate ON = LocalDate.of(2026, 11, 23);

    @Test
    void aSessionAddsItsMinutesToItsUserAndToEveryone() {
        Sums sums = new Sums();
        StudyContribution.add(sums, session(25), 1);

        assertThat(sums.of(RollupKey.ofUser("2026-11", "u1")))
                .isEqualTo(Map.of(
                        "points", 25L,
                        "studyMinutes", 25L,
                        "sessions", 1L,
                        "sessionsByType.pomodoro", 1L,
                        "bySubject.Math.studyMinutes", 25L,
                        "active.23", 1L));
        assertThat(sums.of(RollupKey.ofEveryone("2026-W48"))).containsEntry("points", 25L);
        assertThat(sums.of(RollupKey.ofSubject("all", "Math"))).containsEntry("studyMinutes", 25L);
    }

    @Test
    void aCompletedTodoAddsAPointAndItsQuestions() {
        Sums sums = new Sums();
        StudyContribution.add(sums, todo(true), 1);

        assertThat(sums.of(RollupKey.ofUser("all", "u1")))
                .isEqualTo(Map.of(
                        "points", 1L,
                        "todosCompleted", 1L,
                        "questionsCompleted", 7L,
                        "bySubject.Math.todosCompleted", 1L,
                        "bySubject.Math.questionsCompleted", 7L,
                        "byDifficulty.hard.todosCompleted", 1L,
                        "byDifficulty.hard.questionsCompleted", 7L));
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
