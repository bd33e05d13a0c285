package dev.studybuddy.api.analytics;

import dev.studybuddy.api.streak.Streaks;
import dev.studybuddy.contract.TimeZones;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Computes analytics from CockroachDB, the source of truth, if MongoDB is unavailable. It is exact, but slower than the
 * rollups.
 */
@Repository
final class SqlAnalytics {

    private static final String SESSIONS = """
            SELECT completed_on, subject, session_type, count(*) AS sessions, sum(minutes) AS minutes
            FROM study_sessions
            WHERE (CAST(? AS UUID) IS NULL OR user_id = ?) AND completed_on BETWEEN ? AND ?
            GROUP BY completed_on, subject, session_type""";

    private static final String TODOS = """
            SELECT completed_on, subject, difficulty, count(*) AS todos, sum(questions_completed) AS questions
            FROM todos
            WHERE (CAST(? AS UUID) IS NULL OR user_id = ?) AND completed AND completed_on BETWEEN ? AND ?
            GROUP BY completed_on, subject, difficulty""";

    private static final String ACTIVE_DAYS = """
            SELECT completed_on FROM study_sessions
            WHERE (CAST(? AS UUID) IS NULL OR user_id = ?) AND completed_on <= ?
            UNION
            SELECT completed_on FROM todos
            WHERE (CAST(? AS UUID) IS NULL OR user_id = ?) AND completed AND completed_on <= ?""";

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
     * Reads the analytics of a span of days.
     *
     * @param user the user to report on; empty for everyone
     * @param today the last day that the streak may include
     */
    Analytics read(Optional<UUID> user, LocalDate from, LocalDate to, LocalDate today) {
        AnalyticsSums sums = new AnalyticsSums(from, to);
        UUID id = user.orElse(null);
        jdbc.sql(SESSIONS).param(id).param(id).param(from).param(to).query(row -> {
            LocalDate day = row.getObject("completed_on", LocalDate.class);
            long minutes = row.getLong("minutes");
            sums.addPoints(minutes);
            sums.addMinutes(day, minutes);
            sums.addSessions(day, row.getString("session_type"), row.getLong("sessions"));
            sums.addSubject(row.getString("subject"), minutes, 0, 0);
        });
        jdbc.sql(TODOS).param(id).param(id).param(from).param(to).query(row -> {
            LocalDate day = row.getObject("completed_on", LocalDate.class);
            long todos = row.getLong("todos");
            long questions = row.getLong("questions");
            sums.addPoints(todos);
            sums.addTodos(day, todos, questions);
            sums.addSubject(row.getString("subject"), 0, todos, questions);
            sums.addDifficulty(row.getString("difficulty"), todos, questions);
        });
        Set<LocalDate> active = new HashSet<>();
        jdbc.sql(ACTIVE_DAYS)
                .param(id)
                .param(id)
                .param(today)
                .param(id)
                .param(id)
                .param(today)
                .query(row -> {
                    active.add(row.getObject("completed_on", LocalDate.class));
                });
        return sums.toAnalytics(Streaks.length(today, active::contains));
    }
}
