package dev.studybuddy.readmodel;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.contract.UserState;

/**
 * What a state contributes to {@code subjects_totals}: how hard each subject is, for its user and for everybody.
 *
 * <p>A todo, completed or not, counts in its subject, and there by its difficulty: one todo, whether it is completed, how
 * many questions it has and how many of them are answered. Nothing else contributes. An open todo has no day, so there is
 * one period, that of all days.
 */
public final class SubjectsContribution {

    /** A new version of this function is a new generation. */
    public static final int VERSION = 1;

    private SubjectsContribution() {}

    /** Adds what a state contributes, times a factor: 1 for a state that came, −1 for one that went. */
    public static void add(AmountSink sums, AggregateState state, int factor) {
        switch (state) {
            case TodoState todo -> addTodo(sums, todo, factor);
            case SessionState session -> {}
            case UserState user -> {}
            case DeletedState deleted -> {}
        }
    }

    private static void addTodo(AmountSink sums, TodoState todo, int factor) {
        String ofUser = "bySubject." + SubjectKeys.escape(todo.subject()) + '.';
        add(sums, RollupKey.ofUser(Periods.ALL, todo.userId()), ofUser, todo, factor);
        add(sums, RollupKey.ofSubject(Periods.ALL, todo.subject()), "", todo, factor);
    }

    private static void add(AmountSink sums, RollupKey key, String prefix, TodoState todo, long factor) {
        sums.add(key, prefix + "todos", factor);
        String difficulty = prefix + "byDifficulty." + todo.difficulty().code() + '.';
        sums.add(key, difficulty + "todos", factor);
        sums.add(key, difficulty + "todosCompleted", todo.completed() ? factor : 0);
        sums.add(key, difficulty + "questionsTarget", factor * todo.questionsTarget());
        sums.add(key, difficulty + "questionsCompleted", factor * todo.questionsCompleted());
    }
}
