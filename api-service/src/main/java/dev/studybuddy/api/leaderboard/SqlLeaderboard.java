package dev.studybuddy.api.leaderboard;

import dev.studybuddy.api.leaderboard.Ranked.Row;
import dev.studybuddy.api.streak.Streaks;
import dev.studybuddy.contract.TimeZones;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Computes the leaderboard from CockroachDB, the source of truth, if MongoDB is unavailable. It reads every row of the
 * period, so it is slower than the rollups.
 */
@Repository
final class SqlLeaderboard {

    private static final String RANKED = """
            WITH done AS (
              SELECT user_id, minutes AS points, minutes, 0 AS todos
              FROM study_sessions WHERE completed_on BETWEEN ? AND ?
              UNION ALL
              SELECT user_id, 1, 0, 1 FROM todos WHERE completed AND completed_on BETWEEN ? AND ?
            ), sums AS (
              SELECT user_id, sum(points) AS points, sum(minutes) AS minutes, sum(todos) AS todos
              FROM done GROUP BY user_id HAVING sum(points) > 0
            ), ranked AS (
              SELECT user_id, points, minutes, todos, rank() OVER (ORDER BY points DESC) AS place,
                row_number() OVER (ORDER BY points DESC, user_id) AS position
              FROM sums
            ), shown AS (
              SELECT r.place, r.position, r.points, r.minutes, r.todos,
                u.id, u.username, u.name, u.avatar, u.time_zone, u.show_profile
              FROM ranked r JOIN users u ON u.id = r.user_id
              WHERE u.show_profile OR u.id = ?
            )
            SELECT place, position, points, minutes, todos, id, username, name, avatar, time_zone, show_profile
            FROM shown
            """;

    private static final String FROM_THE_TOP = RANKED + "ORDER BY position LIMIT ?";

    private static final String ONE_USER = RANKED + "WHERE id = ?";

    private static final String ABOVE = RANKED + "WHERE position < ? ORDER BY position DESC LIMIT ?";

    private static final String BELOW = RANKED + "WHERE position > ? ORDER BY position LIMIT ?";

    private static final String ACTIVE_DAYS = """
            SELECT user_id, completed_on FROM study_sessions WHERE user_id = ANY(?)
            UNION
            SELECT user_id, completed_on FROM todos WHERE user_id = ANY(?) AND completed""";

    private static final String ZONE = "SELECT time_zone FROM users WHERE id = ?";

    private final JdbcClient jdbc;

    SqlLeaderboard(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Leaderboard read(LeaderboardQuery query) {
        LocalDate date = query.date(readCallerZone(query));
        List<Found> found = query.around()
                .map(user -> findAround(query, date, UUID.fromString(user)))
                .orElseGet(() -> find(FROM_THE_TOP, query, date, query.limit()));
        Map<String, Set<LocalDate>> active = readActiveDays(found);
        List<Leaderboard.Entry> entries = found.stream()
                .map(one -> {
                    Profile profile = one.profile();
                    LocalDate today = LocalDate.ofInstant(query.now(), profile.zone());
                    Set<LocalDate> days = active.getOrDefault(profile.userId(), Set.of());
                    return profile.toEntry(one.ranked(), Streaks.length(today, days::contains), true);
                })
                .toList();
        return new Leaderboard(query.period().nameOn(date), query.now(), entries);
    }

    private ZoneId readCallerZone(LeaderboardQuery query) {
        return jdbc.sql(ZONE)
                .param(UUID.fromString(query.caller()))
                .query((row, number) -> TimeZones.findOrUtc(row.getString("time_zone")))
                .optional()
                .orElse(ZoneOffset.UTC);
    }

    private List<Found> findAround(LeaderboardQuery query, LocalDate date, UUID user) {
        List<Found> middle = find(ONE_USER, query, date, user);
        if (middle.isEmpty()) {
            return List.of();
        }
        long position = middle.getFirst().position();
        List<Found> found = new ArrayList<>(
                find(ABOVE, query, date, position, query.maxAbove()).reversed());
        found.addAll(middle);
        found.addAll(find(BELOW, query, date, position, query.limit() - found.size()));
        return found;
    }

    private List<Found> find(String sql, LeaderboardQuery query, LocalDate date, Object... more) {
        LocalDate from = query.period().firstDay(date);
        LocalDate to = query.period().lastDay(date);
        List<Object> parameters = new ArrayList<>(List.of(from, to, from, to, UUID.fromString(query.caller())));
        parameters.addAll(List.of(more));
        return jdbc.sql(sql).params(parameters).query(SqlLeaderboard::readRow).list();
    }

    private Map<String, Set<LocalDate>> readActiveDays(List<Found> found) {
        Map<String, Set<LocalDate>> active = new HashMap<>();
        UUID[] users = found.stream()
                .map(one -> UUID.fromString(one.profile().userId()))
                .toArray(UUID[]::new);
        if (users.length > 0) {
            jdbc.sql(ACTIVE_DAYS).param(users).param(users).query(row -> {
                active.computeIfAbsent(row.getString("user_id"), any -> new HashSet<>())
                        .add(row.getObject("completed_on", LocalDate.class));
            });
        }
        return active;
    }

    private static Found readRow(ResultSet row, int number) throws SQLException {
        String id = row.getString("id");
        Row sums = new Row(id, row.getLong("points"), row.getLong("minutes"), row.getLong("todos"));
        Profile profile = new Profile(
                id,
                row.getString("username"),
                row.getString("name"),
                row.getString("avatar"),
                TimeZones.findOrUtc(row.getString("time_zone")),
                row.getBoolean("show_profile"));
        return new Found(row.getLong("position"), new Ranked(row.getLong("place"), sums), profile);
    }

    private record Found(long position, Ranked ranked, Profile profile) {}
}
