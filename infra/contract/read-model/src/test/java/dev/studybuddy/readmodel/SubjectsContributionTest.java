package dev.studybuddy.readmodel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.TodoState;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SubjectsContributionTest {

    private final Sums sums = new Sums();

    @Test
    void anOpenTodoCountsItsQuestionsForItsUserAndForAllUsers() {
        SubjectsContribution.add(sums, todo("a.b", Difficulty.HARD, 10, 3, false), 1);

        assertThat(sums.of(RollupKey.ofUser("all", "anna")))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "bySubject.a%2Eb.todos", 1L,
                        "bySubject.a%2Eb.byDifficulty.hard.todos", 1L,
                        "bySubject.a%2Eb.byDifficulty.hard.questionsTarget", 10L,
                        "bySubject.a%2Eb.byDifficulty.hard.questionsCompleted", 3L));
        assertThat(sums.of(RollupKey.ofSubject("all", "a.b")))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "todos", 1L,
                        "byDifficulty.hard.todos", 1L,
                        "byDifficulty.hard.questionsTarget", 10L,
                        "byDifficulty.hard.questionsCompleted", 3L));
    }

    @Test
    void aCompletedTodoAlsoCountsAsCompleted() {
        SubjectsContribution.add(sums, todo("", Difficulty.EASY, 0, 0, true), 1);

        assertThat(sums.of(RollupKey.ofUser("all", "anna")))
                .containsEntry("bySubject.%.byDifficulty.easy.todosCompleted", 1L)
                .doesNotContainKey("bySubject.%.byDifficulty.easy.questionsTarget");
    }

    @Test
    void addingAndSubtractingAStateLeavesNothing() {
        TodoState before = todo("Math", Difficulty.HARD, 10, 3, false);
        SubjectsContribution.add(sums, before, 1);
        SubjectsContribution.add(sums, before, -1);
        SubjectsContribution.add(sums, new DeletedState("t1", "anna", 2), 1);

        assertThat(sums.isEmpty()).isTrue();
    }

    private static TodoState todo(String subject, Difficulty difficulty, int target, int answered, boolean completed) {
        Instant at = Instant.parse("2026-11-23T10:00:00Z");
        return new TodoState(
                "t1", "anna", "read", subject, difficulty, target, answered, completed, null, null, null, 1, at, at);
    }
}
