package dev.studybuddy.api.analytics;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/**
 * What was done in a span of days.
 *
 * @param from the first day
 * @param to the last day
 * @param days every day of the span, oldest first
 * @param streak days on end, up to today or yesterday
 */
public record Analytics(LocalDate from, LocalDate to, List<Day> days, Totals totals, int streak) {

    public Analytics {
        days = List.copyOf(days);
    }

    /** One day; zeros where nothing was done. */
    public record Day(
            LocalDate date,
            long studyMinutes,
            long sessions,
            Map<String, Long> sessionsByType,
            long todosCompleted,
            long questionsCompleted) {}

    /** The sums of the days. */
    public record Totals(
            long points,
            long studyMinutes,
            long sessions,
            long todosCompleted,
            long questionsCompleted,
            Map<String, Subject> bySubject,
            Map<String, ByDifficulty> byDifficulty) {}

    /** The sums of one subject. */
    public record Subject(long studyMinutes, long todosCompleted, long questionsCompleted) {}

    /** The sums of one difficulty. */
    public record ByDifficulty(long todosCompleted, long questionsCompleted) {}
}
