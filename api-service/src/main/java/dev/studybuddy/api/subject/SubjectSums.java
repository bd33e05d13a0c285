package dev.studybuddy.api.subject;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingLong;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsLast;

import dev.studybuddy.api.subject.Subjects.Subject;
import dev.studybuddy.api.subject.Subjects.SubjectCounts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Sums the counts that either database returned into an answer. */
final class SubjectSums {

    /**
     * This order puts the subject with the smallest share of answered questions first and subjects without questions
     * last. The share of completed todos, the number of todos and the name order equal subjects.
     */
    private static final Comparator<Subject> HARDEST = comparing(Subject::questionsShare, nullsLast(naturalOrder()))
            .thenComparingDouble(Subject::todosShare)
            .thenComparing(comparingLong(Subject::todos).reversed())
            .thenComparing(Subject::subject);

    /** Shares are rounded to multiples of 1 / this number. */
    private static final double SHARE_SCALE = 10_000;

    private final Map<String, Map<String, SubjectCounts>> subjects = new TreeMap<>();

    void add(String subject, String difficulty, SubjectCounts counts) {
        if (!counts.equals(SubjectCounts.NONE)) {
            subjects.computeIfAbsent(subject, any -> new TreeMap<>()).merge(difficulty, counts, SubjectCounts::plus);
        }
    }

    Subjects toSubjects(int limit) {
        List<Subject> found = new ArrayList<>();
        subjects.forEach((subject, byDifficulty) -> {
            SubjectCounts total = byDifficulty.values().stream().reduce(SubjectCounts.NONE, SubjectCounts::plus);
            if (total.todos() > 0) {
                found.add(new Subject(
                        subject,
                        total.todos(),
                        total.todosCompleted(),
                        total.questionsTarget(),
                        total.questionsCompleted(),
                        share(total.todosCompleted(), total.todos()),
                        questionsShare(total),
                        byDifficulty));
            }
        });
        return new Subjects(found.stream().sorted(HARDEST).limit(limit).toList());
    }

    private static @Nullable Double questionsShare(SubjectCounts total) {
        return total.questionsTarget() == 0
                ? null
                : Double.valueOf(share(total.questionsCompleted(), total.questionsTarget()));
    }

    private static double share(long part, long whole) {
        return Math.round(part * SHARE_SCALE / whole) / SHARE_SCALE;
    }
}
