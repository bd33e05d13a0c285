package dev.studybuddy.readmodel;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.contract.UserState;
import java.time.LocalDate;

/**
 * This class computes version 1 of the contribution to {@code study_totals}: the amounts of all periods for the user,
 * for all users and for the subject. Only the user's rollups have fields by subject and active days.
 */
final class StudyContributionVersion1 {

    private StudyContributionVersion1() {}

    static void add(AmountSink sums, AggregateState state, int factor) {
        switch (state) {
            case SessionState session -> addSession(sums, session, factor);
            case TodoState todo -> addTodo(sums, todo, factor);
            case UserState user -> {}
            case DeletedState deleted -> {}
        }
    }

    private static void addSession(AmountSink sums, SessionState session, int factor) {
        long minutes = (long) factor * session.minutes();
        String ofType = "sessionsByType." + session.sessionType().code();
        String ofSubject = "bySubject." + SubjectKeys.escape(session.subject()) + ".studyMinutes";
        RollupKey allUsers = RollupKey.ofAllUsers(Periods.ALL);
        RollupKey subject = RollupKey.ofSubject(Periods.ALL, session.subject());
        for (String period : Periods.of(session.completedOn())) {
            RollupKey user = RollupKey.ofUser(period, session.userId());
            for (RollupKey key : new RollupKey[] {user, allUsers.in(period), subject.in(period)}) {
                sums.add(key, "points", minutes);
                sums.add(key, "studyMinutes", minutes);
                sums.add(key, "sessions", factor);
                sums.add(key, ofType, factor);
            }
            sums.add(user, ofSubject, minutes);
        }
        addActiveDay(sums, session.userId(), session.completedOn(), factor);
    }

    private static void addTodo(AmountSink sums, TodoState todo, int factor) {
        LocalDate date = todo.completedOn();
        if (!todo.completed() || date == null) {
            return;
        }
        long questions = (long) factor * todo.questionsCompleted();
        String ofSubject = "bySubject." + SubjectKeys.escape(todo.subject());
        String ofDifficulty = "byDifficulty." + todo.difficulty().code();
        String todosOfSubject = ofSubject + ".todosCompleted";
        String questionsOfSubject = ofSubject + ".questionsCompleted";
        String todosOfDifficulty = ofDifficulty + ".todosCompleted";
        String questionsOfDifficulty = ofDifficulty + ".questionsCompleted";
        RollupKey allUsers = RollupKey.ofAllUsers(Periods.ALL);
        RollupKey subject = RollupKey.ofSubject(Periods.ALL, todo.subject());
        for (String period : Periods.of(date)) {
            RollupKey user = RollupKey.ofUser(period, todo.userId());
            for (RollupKey key : new RollupKey[] {user, allUsers.in(period), subject.in(period)}) {
                sums.add(key, "points", factor);
                sums.add(key, "todosCompleted", factor);
                sums.add(key, "questionsCompleted", questions);
                sums.add(key, todosOfDifficulty, factor);
                sums.add(key, questionsOfDifficulty, questions);
            }
            sums.add(user, todosOfSubject, factor);
            sums.add(user, questionsOfSubject, questions);
        }
        addActiveDay(sums, todo.userId(), date, factor);
    }

    private static void addActiveDay(AmountSink sums, String userId, LocalDate date, int factor) {
        sums.add(RollupKey.ofUser(Periods.month(date), userId), StudyContribution.activeDay(date), factor);
    }
}
