package dev.studybuddy.projector;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.readmodel.SubjectKeys;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * This class computes the expected contents of {@code subjects_totals} independently of the contribution function that
 * the projector uses.
 */
final class ExpectedSubjectTotals {

    private ExpectedSubjectTotals() {}

    static Map<String, Map<String, Long>> of(Iterable<AggregateState> states) {
        Map<String, Map<String, Long>> sums = new LinkedHashMap<>();
        for (AggregateState state : states) {
            if (state instanceof TodoState todo) {
                String subject = SubjectKeys.escape(todo.subject());
                count(sums, "all:" + todo.userId(), "bySubject." + subject + '.', todo);
                count(sums, "all:*:" + subject, "", todo);
            }
        }
        return sums;
    }

    private static void count(Map<String, Map<String, Long>> sums, String id, String prefix, TodoState todo) {
        Map<String, Long> document = sums.computeIfAbsent(id, any -> new LinkedHashMap<>());
        String difficulty = prefix + "byDifficulty." + todo.difficulty().code();
        add(document, prefix + "todos", 1);
        add(document, difficulty + ".todos", 1);
        add(document, difficulty + ".todosCompleted", todo.completed() ? 1 : 0);
        add(document, difficulty + ".questionsTarget", todo.questionsTarget());
        add(document, difficulty + ".questionsCompleted", todo.questionsCompleted());
    }

    private static void add(Map<String, Long> document, String path, long amount) {
        if (amount != 0) {
            document.merge(path, amount, Long::sum);
        }
    }
}
