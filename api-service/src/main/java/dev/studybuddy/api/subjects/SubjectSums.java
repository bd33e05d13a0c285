package dev.studybuddy.api.subjects;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingLong;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsLast;

import dev.studybuddy.api.subjects.Subjects.Counts;
import dev.studybuddy.api.subjects.Subjects.Subject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts together what was found, from whichever database, into an answer. */
final class SubjectSums {

    /**
     * The smallest share of answered questions is the hardest; subjects without questions come last, and equals are told
     * apart by their todos.
     */
    private static final Comparator<Subject> HARDEST = comparing(Subject::questionsShare, nullsLast(naturalOrder()))
            .thenComparingDouble(Subject::todosShare)
            .thenComparing(comparingLong(Subject::todos).reversed())
            .thenComparing(Subject::subject);

    private static final double SHOWN = 10_000;

    private final Map<String, Map<String, Counts>> subjects = new TreeMap<>();

    void add(String subject, String difficulty, Counts counts) {
        if (!counts.equals(Counts.NONE)) {
            subjects.computeIfAbsent(subject, any -> new TreeMap<>()).merge(difficulty, counts, Counts::and);
        }
    }

    Subjects answer(int limit) {
        List<Subject> found = new ArrayList<>();
        subjects.forEach((subject, byDifficulty) -> {
            Counts all = byDifficulty.values().stream().reduce(Counts.NONE, Counts::and);
            if (all.todos() > 0) {
                found.add(new Subject(
                        subject,
                        all.todos(),
                        all.todosCompleted(),
                        all.questionsTarget(),
                        all.questionsCompleted(),
                        share(all.todosCompleted(), all.todos()),
                        questions(all),
                        byDifficulty));
            }
        });
        return new Subjects(found.stream().sorted(HARDEST).limit(limit).toList());
    }

    private static @Nullable Double questions(Counts all) {
        return all.questionsTarget() == 0
                ? null
                : Double.valueOf(share(all.questionsCompleted(), all.questionsTarget()));
    }

    private static double share(long part, long whole) {
        return Math.round(part * SHOWN / whole) / SHOWN;
    }
}
