package dev.studybuddy.api.analytics;

import dev.studybuddy.api.streak.Streaks;
import dev.studybuddy.contract.TimeZones;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Computes analytics from CockroachDB, the source of truth, if MongoDB is unavailable. The sums are exact, but their
 * computation takes longer than a read of the rollups. An index serves the statements that concern one user.
 */
final class SqlAnalytics {

    private static final String SESSIONS = """
            SELECT completed_on, subject, session_type, count(*) AS sessions, sum(minutes) AS minutes
            FROM study_sessions
            WHERE user_id = ? AND completed_on BETWEEN ? AND ?
            GROUP BY completed_on, subject, session_type""";

    private static final String TODOS = """
            SELECT completed_on, subject, difficulty, count(*) AS todos, sum(questions_completed) AS questions
            FROM todos
            WHERE user_id = ? AND completed AND completed_on BETWEEN ? AND ?
            GROUP BY completed_on, subject, difficulty""";

    private static final String ACTIVE_DAYS = """
            SELECT completed_on FROM study_sessions WHERE user_id = ? AND completed_on <= ?
            UNION
            SELECT completed_on FROM todos WHERE user_id = ? AND completed AND completed_on <= ?""";

    private static final String SESSIONS_OF_ALL_USERS = """
            SELECT completed_on, session_type, count(*) AS sessions, sum(minutes) AS minutes
            FROM study_sessions
            WHERE completed_on BETWEEN ? AND ?
            GROUP BY completed_on, session_type""";

    private static final String TODOS_OF_ALL_USERS = """
            SELECT completed_on, difficulty, count(*) AS todos, sum(questions_completed) AS questions
            FROM todos
            WHERE completed AND completed_on BETWEEN ? AND ?
            GROUP BY completed_on, difficulty""";

    /** The order is that of {@link AnalyticsSums}, so that both databases answer with the same subjects. */
    private static final String SUBJECTS_OF_ALL_USERS = """
            SELECT subject, sum(minutes) AS minutes, sum(todos) AS todos, sum(questions) AS questions
            FROM (
              SELECT subject, minutes, 0 AS todos, 0 AS questions
              FROM study_sessions WHERE completed_on BETWEEN ? AND ?
              UNION ALL
              SELECT subject, 0, 1, questions_completed FROM todos WHERE completed AND completed_on BETWEEN ? AND ?
            ) done
            GROUP BY subject ORDER BY sum(minutes) DESC, sum(todos) DESC, subject LIMIT ?""";

    private static final String ACTIVE_DAYS_OF_ALL_USERS = """
            SELECT completed_on FROM study_sessions WHERE completed_on <= ?
            UNION
            SELECT completed_on FROM todos WHERE completed AND completed_on <= ?""";

    private static final String ZONE = "SELECT time_zone FROM users WHERE id = ?";

    private final JdbcClient jdbc;

    SqlAnalytics(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Returns the zone of a user, or empty if no such user exists. */
    Optional<ZoneId> findZone(UUID user) {
        return jdbc.sql(ZONE)
                .param(user)
                .query((row, number) -> TimeZones.findOrUtc(row.getString("time_zone")))
                .optional();
    }

    /**
     * Reads the analytics of a user for a span of days.
     *
     * @param today the last day that the streak may include
     */
    Analytics readUser(UUID user, LocalDate from, LocalDate to, LocalDate today) {
        AnalyticsSums sums = new AnalyticsSums(from, to);
        jdbc.sql(SESSIONS).params(user, from, to).query(row -> {
            addSessions(sums, row);
            sums.addSubject(row.getString("subject"), row.getLong("minutes"), 0, 0);
        });
        jdbc.sql(TODOS).params(user, from, to).query(row -> {
            addTodos(sums, row);
            sums.addSubject(row.getString("subject"), 0, row.getLong("todos"), row.getLong("questions"));
        });
        return sums.toAnalytics(readStreak(today, jdbc.sql(ACTIVE_DAYS).params(user, today, user, today)));
    }

    /**
     * Reads the analytics of all users for a span of days, with the subjects that have the most minutes and todos.
     *
     * @param today the last day that the streak may include
     */
    Analytics readAllUsers(LocalDate from, LocalDate to, LocalDate today) {
        AnalyticsSums sums = new AnalyticsSums(from, to);
        jdbc.sql(SESSIONS_OF_ALL_USERS).params(from, to).query(row -> {
            addSessions(sums, row);
        });
        jdbc.sql(TODOS_OF_ALL_USERS).params(from, to).query(row -> {
            addTodos(sums, row);
        });
        jdbc.sql(SUBJECTS_OF_ALL_USERS)
                .params(from, to, from, to, AnalyticsSums.MAX_SUBJECTS)
                .query(row -> {
                    sums.addSubject(
                            row.getString("subject"),
                            row.getLong("minutes"),
                            row.getLong("todos"),
                            row.getLong("questions"));
                });
        return sums.toAnalytics(
                readStreak(today, jdbc.sql(ACTIVE_DAYS_OF_ALL_USERS).params(today, today)));
    }

    private static void addSessions(AnalyticsSums sums, ResultSet row) throws SQLException {
        LocalDate day = row.getObject("completed_on", LocalDate.class);
        sums.addPoints(row.getLong("minutes"));
        sums.addMinutes(day, row.getLong("minutes"));
        sums.addSessions(day, row.getString("session_type"), row.getLong("sessions"));
    }

    private static void addTodos(AnalyticsSums sums, ResultSet row) throws SQLException {
        LocalDate day = row.getObject("completed_on", LocalDate.class);
        sums.addPoints(row.getLong("todos"));
        sums.addTodos(day, row.getLong("todos"), row.getLong("questions"));
        sums.addDifficulty(row.getString("difficulty"), row.getLong("todos"), row.getLong("questions"));
    }

    private static int readStreak(LocalDate today, JdbcClient.StatementSpec activeDays) {
        Set<LocalDate> active = new HashSet<>();
        activeDays.query(row -> {
            active.add(row.getObject("completed_on", LocalDate.class));
        });
        return Streaks.length(today, active::contains);
    }
}
