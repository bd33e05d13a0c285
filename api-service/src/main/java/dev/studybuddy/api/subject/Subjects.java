package dev.studybuddy.api.subject;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** This report lists subjects, the hardest first. */
record Subjects(List<Subject> subjects) {

    Subjects {
        subjects = List.copyOf(subjects);
    }

    /**
     * This record describes one subject.
     *
     * @param todosShare the completed share of the subject's todos, from 0 to 1
     * @param questionsShare the answered share of the questions that the subject's todos plan; above 1 if more
     *     questions were answered than planned, null if no questions are planned
     */
    @Schema(name = "SubjectReport")
    record Subject(
            String subject,
            long todos,
            long todosCompleted,
            long questionsTarget,
            long questionsCompleted,
            double todosShare,
            @Nullable Double questionsShare,
            Map<String, SubjectCounts> byDifficulty) {}

    /** This record counts the todos and questions of one difficulty. */
    record SubjectCounts(long todos, long todosCompleted, long questionsTarget, long questionsCompleted) {

        static final SubjectCounts NONE = new SubjectCounts(0, 0, 0, 0);

        SubjectCounts plus(SubjectCounts more) {
            return new SubjectCounts(
                    todos + more.todos,
                    todosCompleted + more.todosCompleted,
                    questionsTarget + more.questionsTarget,
                    questionsCompleted + more.questionsCompleted);
        }
    }
}
