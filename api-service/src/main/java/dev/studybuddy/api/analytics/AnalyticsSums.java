package dev.studybuddy.api.analytics;

import dev.studybuddy.api.analytics.Analytics.AnalyticsDay;
import dev.studybuddy.api.analytics.Analytics.AnalyticsTotals;
import dev.studybuddy.api.analytics.Analytics.DifficultyTotals;
import dev.studybuddy.api.analytics.Analytics.SubjectTotals;
import dev.studybuddy.api.user.OwnerCheck;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Sums the amounts that either database returned into an answer. The answer names the subjects with the most minutes
 * and todos. Subjects are free texts, so those of all users may be too many for an answer, and for memory.
 */
final class AnalyticsSums {

    /** An answer names at most this number of subjects. A user has at most this number of subjects at a time. */
    static final int MAX_SUBJECTS = OwnerCheck.MAX_SUBJECTS;

    /** Above this number of subjects in memory, those with the smallest sums are dropped. */
    private static final int MAX_SUBJECTS_IN_MEMORY = 20_000;

    private static final Comparator<Map.Entry<String, long[]>> LARGEST_SUBJECT = Comparator.comparingLong(
                    (Map.Entry<String, long[]> subject) -> subject.getValue()[0])
            .thenComparingLong(subject -> subject.getValue()[1])
            .reversed()
            .thenComparing(Map.Entry::getKey);

    private final LocalDate from;
    private final LocalDate to;
    private final Map<LocalDate, DaySums> days = new HashMap<>();
    private final Map<String, long[]> subjects = new TreeMap<>();
    private final Map<String, long[]> difficulties = new TreeMap<>();
    private long points;

    AnalyticsSums(LocalDate from, LocalDate to) {
        this.from = from;
        this.to = to;
    }

    void addPoints(long amount) {
        points += amount;
    }

    void addMinutes(LocalDate day, long minutes) {
        sumsOf(day).minutes += minutes;
    }

    void addSessions(LocalDate day, String type, long sessions) {
        sumsOf(day).sessions += sessions;
        sumsOf(day).types.merge(type, sessions, Long::sum);
    }

    void addTodos(LocalDate day, long todos, long questions) {
        sumsOf(day).todos += todos;
        sumsOf(day).questions += questions;
    }

    void addSubject(String subject, long minutes, long todos, long questions) {
        add(subjects, subject, minutes, todos, questions);
        if (subjects.size() > MAX_SUBJECTS_IN_MEMORY) {
            subjects.keySet().retainAll(largestSubjects(MAX_SUBJECTS_IN_MEMORY / 2));
        }
    }

    void addDifficulty(String difficulty, long todos, long questions) {
        add(difficulties, difficulty, todos, questions);
    }

    Analytics toAnalytics(int streak) {
        List<AnalyticsDay> dayEntries = new ArrayList<>();
        DaySums total = new DaySums();
        for (LocalDate date = from; !date.isAfter(to); date = date.plusDays(1)) {
            DaySums day = days.getOrDefault(date, new DaySums());
            day.types.values().removeIf(sessions -> sessions == 0);
            total.minutes += day.minutes;
            total.sessions += day.sessions;
            total.todos += day.todos;
            total.questions += day.questions;
            dayEntries.add(new AnalyticsDay(date, day.minutes, day.sessions, day.types, day.todos, day.questions));
        }
        Map<String, SubjectTotals> bySubject = new TreeMap<>();
        subjects.values().removeIf(sums -> sums[0] == 0 && sums[1] == 0 && sums[2] == 0);
        Set<String> largest = largestSubjects(MAX_SUBJECTS);
        subjects.forEach((subject, sums) -> {
            if (largest.contains(subject)) {
                bySubject.put(subject, new SubjectTotals(sums[0], sums[1], sums[2]));
            }
        });
        Map<String, DifficultyTotals> byDifficulty = new TreeMap<>();
        difficulties.forEach((difficulty, sums) -> {
            if (sums[0] != 0 || sums[1] != 0) {
                byDifficulty.put(difficulty, new DifficultyTotals(sums[0], sums[1]));
            }
        });
        AnalyticsTotals totals = new AnalyticsTotals(
                points, total.minutes, total.sessions, total.todos, total.questions, bySubject, byDifficulty);
        return new Analytics(from, to, dayEntries, totals, streak);
    }

    private Set<String> largestSubjects(int count) {
        return subjects.entrySet().stream()
                .sorted(LARGEST_SUBJECT)
                .limit(count)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private DaySums sumsOf(LocalDate day) {
        return days.computeIfAbsent(day, any -> new DaySums());
    }

    private static void add(Map<String, long[]> sums, String key, long... amounts) {
        long[] sum = sums.computeIfAbsent(key, any -> new long[amounts.length]);
        for (int n = 0; n < amounts.length; n++) {
            sum[n] += amounts[n];
        }
    }

    private static final class DaySums {
        private final Map<String, Long> types = new TreeMap<>();
        private long minutes;
        private long sessions;
        private long todos;
        private long questions;
    }
}
