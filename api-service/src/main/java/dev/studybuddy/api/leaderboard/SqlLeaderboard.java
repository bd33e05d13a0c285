package dev.studybuddy.api.leaderboard;

import dev.studybuddy.api.cockroach.SqlTimes;
import dev.studybuddy.api.leaderboard.LeaderboardPage.RankedUser;
import dev.studybuddy.api.leaderboard.RankedRow.Row;
import dev.studybuddy.api.streak.Streaks;
import dev.studybuddy.contract.TimeZones;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Computes a page of the leaderboard from CockroachDB, the source of truth, if MongoDB is unavailable. It reads every
 * row of the period, so it is slower than a read of the rollups.
 */
final class SqlLeaderboard {

    private static final String SUMS = """
            WITH done AS (
              SELECT user_id, minutes AS points, minutes, 0 AS todos
              FROM study_sessions WHERE completed_on BETWEEN ? AND ?
              UNION ALL
              SELECT user_id, 1, 0, 1 FROM todos WHERE completed AND completed_on BETWEEN ? AND ?
            ), sums AS (
              SELECT user_id, sum(points) AS points, sum(minutes) AS minutes, sum(todos) AS todos
              FROM done GROUP BY user_id HAVING sum(points) > 0
            )
            """;

    private static final String TOP = SUMS + """
            SELECT s.user_id, s.points, s.minutes, s.todos, 0 AS place,
              u.id, u.username, u.name, u.avatar, u.time_zone, u.show_profile
            FROM (SELECT user_id, points, minutes, todos FROM sums ORDER BY points DESC, user_id LIMIT ?) s
            LEFT JOIN users u ON u.id = s.user_id
            ORDER BY s.points DESC, s.user_id""";

    private static final String AROUND = SUMS + """
            , ranked AS (
              SELECT user_id, points, minutes, todos, rank() OVER (ORDER BY points DESC) AS place,
                row_number() OVER (ORDER BY points DESC, user_id) AS position
              FROM sums
            )
            SELECT r.user_id, r.points, r.minutes, r.todos, r.place,
              u.id, u.username, u.name, u.avatar, u.time_zone, u.show_profile
            FROM ranked r
            JOIN ranked m ON m.user_id = ? AND r.position BETWEEN m.position - ? AND m.position + ?
            LEFT JOIN users u ON u.id = r.user_id
            ORDER BY r.position""";

    private static final String ACTIVE_DAYS = """
            SELECT user_id, completed_on FROM study_sessions WHERE user_id = ANY(?)
            UNION
            SELECT user_id, completed_on FROM todos WHERE user_id = ANY(?) AND completed""";

    /**
     * In a transaction of follower reads, {@code now()} of CockroachDB is the time of the earlier state that the
     * transaction reads.
     */
    private static final String READ_TIME = "SELECT now() AS read_at";

    private static final String ZONE = "SELECT time_zone FROM users WHERE id = ?";

    /** A page is computed from at most this number of users at the top. It is shorter if most of them are hidden. */
    private static final int MAX_TOP = 1000;

    /** A page is computed from at most this number of users on each side of the one in the middle. */
    private static final int MAX_ON_EACH_SIDE = 300;

    private final JdbcClient jdbc;
    private final String period;
    private final List<LocalDate> span;
    private final Instant now;

    /**
     * Creates a reader of one period.
     *
     * @param date a date in the period
     * @param now the present time, which determines the present day of each user
     */
    SqlLeaderboard(JdbcClient jdbc, LeaderboardPeriod period, LocalDate date, Instant now) {
        this.jdbc = jdbc;
        this.period = period.nameOn(date);
        LocalDate from = period.firstDay(date);
        LocalDate to = period.lastDay(date);
        this.span = List.of(from, to, from, to);
        this.now = now;
    }

    /** Returns the time zone of a user, or UTC if no such user exists. */
    static ZoneId readZone(JdbcClient jdbc, String user) {
        return jdbc.sql(ZONE)
                .param(UUID.fromString(user))
                .query((row, number) -> TimeZones.findOrUtc(row.getString("time_zone")))
                .optional()
                .orElse(ZoneOffset.UTC);
    }

    /** Reads users from the top, until the given number of them is visible to everybody. */
    LeaderboardPage readTop(int shownCount) {
        List<SqlRankedUser> found = find(TOP, MAX_TOP);
        List<RankedRow> ranked =
                RankedRow.of(found.stream().map(SqlRankedUser::row).toList(), 0, 0);
        List<SqlRankedUser> withRanks = new ArrayList<>();
        for (int index = 0; index < found.size(); index++) {
            withRanks.add(new SqlRankedUser(ranked.get(index), found.get(index).profile()));
        }
        return page(Optional.empty(), withRanks.subList(0, findEnd(withRanks, 0, shownCount)));
    }

    /**
     * Reads the users around a user, until enough of them are visible to everybody. The page is empty if the user has
     * no points in the period.
     */
    LeaderboardPage readAround(String user, int limit) {
        List<SqlRankedUser> found = find(AROUND, UUID.fromString(user), MAX_ON_EACH_SIDE, MAX_ON_EACH_SIDE);
        int middle = 0;
        while (middle < found.size() && !found.get(middle).row().userId().equals(user)) {
            middle++;
        }
        if (middle == found.size()) {
            return page(Optional.of(user), List.of());
        }
        int maxAbove = LeaderboardQuery.maxAbove(limit);
        int above = findEnd(found.subList(0, middle).reversed(), 0, maxAbove);
        return page(Optional.of(user), found.subList(middle - above, findEnd(found, middle + 1, limit)));
    }

    /** Returns the index after the row at which the given number of rows from {@code from} is visible to everybody. */
    private static int findEnd(List<SqlRankedUser> found, int from, int shownCount) {
        int shown = 0;
        int index = from;
        while (index < found.size() && shown < shownCount) {
            Profile profile = found.get(index).profile();
            if (profile != null && profile.shown()) {
                shown++;
            }
            index++;
        }
        return index;
    }

    private List<SqlRankedUser> find(String sql, Object... more) {
        List<Object> parameters = new ArrayList<>(span);
        parameters.addAll(List.of(more));
        return jdbc.sql(sql).params(parameters).query(SqlLeaderboard::readRow).list();
    }

    private LeaderboardPage page(Optional<String> around, List<SqlRankedUser> found) {
        Map<String, Set<LocalDate>> active = readActiveDays(found);
        List<RankedUser> users = new ArrayList<>();
        for (SqlRankedUser one : found) {
            Profile profile = one.profile();
            if (profile != null) {
                LocalDate today = LocalDate.ofInstant(now, profile.zone());
                Set<LocalDate> days = active.getOrDefault(profile.userId(), Set.of());
                users.add(new RankedUser(one.ranked(), profile, Streaks.length(today, days::contains), true));
            }
        }
        return new LeaderboardPage(period, findReadTime(), around, users);
    }

    private Instant findReadTime() {
        return jdbc.sql(READ_TIME)
                .query((row, number) -> SqlTimes.instant(row, "read_at"))
                .single();
    }

    private Map<String, Set<LocalDate>> readActiveDays(List<SqlRankedUser> found) {
        Map<String, Set<LocalDate>> active = new HashMap<>();
        UUID[] users =
                found.stream().map(one -> UUID.fromString(one.row().userId())).toArray(UUID[]::new);
        if (users.length > 0) {
            jdbc.sql(ACTIVE_DAYS).param(users).param(users).query(row -> {
                active.computeIfAbsent(row.getString("user_id"), any -> new HashSet<>())
                        .add(row.getObject("completed_on", LocalDate.class));
            });
        }
        return active;
    }

    private static SqlRankedUser readRow(ResultSet row, int number) throws SQLException {
        String user = row.getString("user_id");
        Row sums = new Row(user, row.getLong("points"), row.getLong("minutes"), row.getLong("todos"));
        Profile profile = row.getString("id") == null
                ? null
                : new Profile(
                        user,
                        row.getString("username"),
                        row.getString("name"),
                        row.getString("avatar"),
                        TimeZones.findOrUtc(row.getString("time_zone")),
                        row.getBoolean("show_profile"));
        return new SqlRankedUser(new RankedRow(row.getLong("place"), sums), profile);
    }

    /** This record holds a user with a rank; the profile of a deleted user is null. */
    private record SqlRankedUser(RankedRow ranked, @Nullable Profile profile) {

        Row row() {
            return ranked.row();
        }
    }
}
