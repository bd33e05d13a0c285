package dev.studybuddy.api.subjects;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Subjects by how hard they are, the hardest first. */
record Subjects(List<Subject> subjects) {

    Subjects {
        subjects = List.copyOf(subjects);
    }

    /**
     * One subject.
     *
     * @param todosShare of its todos, how many are completed, 0 to 1
     * @param questionsShare of the questions of its todos, how many are answered; above 1 where more were answered than
     *     planned, null where none are planned
     */
    record Subject(
            String subject,
            long todos,
            long todosCompleted,
            long questionsTarget,
            long questionsCompleted,
            double todosShare,
            @Nullable Double questionsShare,
            Map<String, Counts> byDifficulty) {}

    /** The todos of one difficulty. */
    record Counts(long todos, long todosCompleted, long questionsTarget, long questionsCompleted) {

        static final Counts NONE = new Counts(0, 0, 0, 0);

        Counts and(Counts more) {
            return new Counts(
                    todos + more.todos,
                    todosCompleted + more.todosCompleted,
                    questionsTarget + more.questionsTarget,
                    questionsCompleted + more.questionsCompleted);
        }
    }
}
