package dev.studybuddy.readmodel;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.contract.UserState;
import java.time.LocalDate;
import java.util.List;

/** This class computes version 2 of the contribution to {@code study_totals}: only the amounts that the API reads. */
final class StudyContributionVersion2 {

    private static final String POINTS = "points";
    private static final String STUDY_MINUTES = "studyMinutes";
    private static final String TODOS_COMPLETED = "todosCompleted";
    private static final String QUESTIONS_COMPLETED = "questionsCompleted";

    private StudyContributionVersion2() {}

    static void add(AmountSink sums, AggregateState state, int factor) {
        switch (state) {
            case SessionState session -> addSession(sums, session, factor);
            case TodoState todo -> addTodo(sums, todo, factor);
            case UserState user -> {}
            case DeletedState deleted -> {}
        }
    }

    private static void addSession(AmountSink sums, SessionState session, int factor) {
        LocalDate date = session.completedOn();
        List<String> periods = Periods.of(date);
        String day = periods.getLast();
        long minutes = (long) factor * session.minutes();
        String ofType = "sessionsByType." + session.sessionType().code();
        for (String period : periods) {
            RollupKey user = RollupKey.ofUser(period, session.userId());
            sums.add(user, POINTS, minutes);
            sums.add(user, STUDY_MINUTES, minutes);
            if (period.equals(day)) {
                sums.add(user, "sessions", factor);
                sums.add(user, ofType, factor);
                sums.add(user, ofSubject(session.subject(), STUDY_MINUTES), minutes);
            }
        }
        addActiveDay(sums, session.userId(), date, factor);
        RollupKey allUsers = RollupKey.ofAllUsers(day);
        sums.add(allUsers, POINTS, minutes);
        sums.add(allUsers, STUDY_MINUTES, minutes);
        sums.add(allUsers, "sessions", factor);
        sums.add(allUsers, ofType, factor);
        sums.add(RollupKey.ofSubject(day, session.subject()), STUDY_MINUTES, minutes);
    }

    private static void addTodo(AmountSink sums, TodoState todo, int factor) {
        LocalDate date = todo.completedOn();
        if (!todo.completed() || date == null) {
            return;
        }
        List<String> periods = Periods.of(date);
        String day = periods.getLast();
        long questions = (long) factor * todo.questionsCompleted();
        for (String period : periods) {
            RollupKey user = RollupKey.ofUser(period, todo.userId());
            sums.add(user, POINTS, factor);
            sums.add(user, TODOS_COMPLETED, factor);
            if (period.equals(day)) {
                addDetailsOfDay(sums, user, todo, factor, questions);
                sums.add(user, ofSubject(todo.subject(), TODOS_COMPLETED), factor);
                sums.add(user, ofSubject(todo.subject(), QUESTIONS_COMPLETED), questions);
            }
        }
        addActiveDay(sums, todo.userId(), date, factor);
        RollupKey allUsers = RollupKey.ofAllUsers(day);
        sums.add(allUsers, POINTS, factor);
        sums.add(allUsers, TODOS_COMPLETED, factor);
        addDetailsOfDay(sums, allUsers, todo, factor, questions);
        RollupKey subject = RollupKey.ofSubject(day, todo.subject());
        sums.add(subject, TODOS_COMPLETED, factor);
        sums.add(subject, QUESTIONS_COMPLETED, questions);
    }

    /** Adds the amounts that only daily rollups have: the user's and that of all users. */
    private static void addDetailsOfDay(AmountSink sums, RollupKey key, TodoState todo, int factor, long questions) {
        String ofDifficulty = "byDifficulty." + todo.difficulty().code() + '.';
        sums.add(key, QUESTIONS_COMPLETED, questions);
        sums.add(key, ofDifficulty + TODOS_COMPLETED, factor);
        sums.add(key, ofDifficulty + QUESTIONS_COMPLETED, questions);
    }

    private static void addActiveDay(AmountSink sums, String userId, LocalDate date, int factor) {
        sums.add(RollupKey.ofUser(Periods.month(date), userId), StudyContribution.activeDay(date), factor);
    }

    private static String ofSubject(String subject, String field) {
        return "bySubject." + SubjectKeys.escape(subject) + '.' + field;
    }
}
