package dev.studybuddy.readmodel;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.contract.UserState;
import java.util.Optional;

/**
 * This class computes what a state adds to {@code subjects_totals}, which shows the difficulty of each subject for each
 * user and for all users.
 *
 * <p>A todo, completed or not, adds one todo to its subject. To its difficulty within the subject, it adds one todo,
 * one completed todo if it is completed, its number of questions and its number of answered questions. Other aggregates
 * add nothing. An open todo has no day, so the only period is the one that contains all days.
 */
public final class SubjectsContribution {

    /**
     * New generations use this version. The versions 1 and 2 have the same function; the projector reads records by
     * stricter rules for a generation of version 2.
     */
    public static final int VERSION = 2;

    private SubjectsContribution() {}

    /** Returns a version of the function, or empty if this code does not contain the version. */
    public static Optional<ContributionFunction> ofVersion(int version) {
        return version == 1 || version == VERSION ? Optional.of(SubjectsContribution::add) : Optional.empty();
    }

    /** Adds the contribution of a state, multiplied by a factor: 1 for a new state, −1 for a state that is replaced. */
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
