package dev.studybuddy.api.analytics;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/**
 * An analytics answer holds the activity of a user, or of all users, in a span of days.
 *
 * @param from the first day of the span
 * @param to the last day of the span, which is included
 * @param days every day of the span, oldest first
 * @param totals the sums over all days of the span
 * @param streak the number of active days in a row that ends today or yesterday
 */
record Analytics(LocalDate from, LocalDate to, List<AnalyticsDay> days, AnalyticsTotals totals, int streak) {

    public Analytics {
        days = List.copyOf(days);
    }

    /** This record holds the sums of one day; each sum is 0 if the day has no activity. */
    public record AnalyticsDay(
            LocalDate date,
            long studyMinutes,
            long sessions,
            Map<String, Long> sessionsByType,
            long todosCompleted,
            long questionsCompleted) {}

    /** This record holds the sums over all days of the span. */
    public record AnalyticsTotals(
            long points,
            long studyMinutes,
            long sessions,
            long todosCompleted,
            long questionsCompleted,
            Map<String, SubjectTotals> bySubject,
            Map<String, DifficultyTotals> byDifficulty) {}

    /** This record holds the sums of one subject. */
    public record SubjectTotals(long studyMinutes, long todosCompleted, long questionsCompleted) {}

    /** This record holds the sums of one difficulty. */
    public record DifficultyTotals(long todosCompleted, long questionsCompleted) {}
}
