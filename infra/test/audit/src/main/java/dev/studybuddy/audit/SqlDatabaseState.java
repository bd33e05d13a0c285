package dev.studybuddy.audit;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.DeletedState;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.SessionType;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.contract.UserState;
import java.sql.Connection;
import java.sql.Date;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * This record holds the contents of the SQL database, which one transaction has read.
 *
 * @param states the state of every aggregate; a deleted one is present for as long as the outbox keeps its last event
 * @param pending the number of pending events in the outbox
 * @param deadLettered a finding for each event that the publisher dead-lettered
 */
record SqlDatabaseState(Map<AggregateKey, AggregateState> states, long pending, List<Finding> deadLettered) {

    private static final String USERS = """
            SELECT id, name, username, avatar, time_zone, show_profile, version, created_at, updated_at
            FROM users
            """;

    private static final String TODOS = """
            SELECT id, user_id, title, subject, difficulty, questions_target, questions_completed, completed,
                   completed_at, completed_on, scheduled_for, version, created_at, updated_at
            FROM todos
            """;

    private static final String SESSIONS = """
            SELECT id, user_id, subject, session_type, minutes, completed_at, completed_on, version, created_at,
                   updated_at
            FROM study_sessions
            """;

    private static final String DELETIONS = """
            SELECT aggregate_type, aggregate_id, aggregate_version, payload ->> 'userId' AS user_id
            FROM outbox
            WHERE event_type LIKE '%.deleted'
            """;

    private static final String PENDING = "SELECT count(*) AS pending FROM outbox WHERE processed = false";

    private static final String DEAD_LETTERED = """
            SELECT aggregate_type, aggregate_id, aggregate_version, last_error
            FROM outbox
            WHERE processed AND dead_lettered_at IS NOT NULL
            """;

    /** Reads all aggregates into memory. */
    static SqlDatabaseState read(AuditedServers servers) throws SQLException {
        try (Connection connection = connect(servers);
                Statement statement = connection.createStatement()) {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            Map<AggregateKey, AggregateState> states = new HashMap<>();
            forEachRow(statement, DELETIONS, row -> put(states, deletion(row)));
            forEachRow(statement, USERS, row -> put(states, Map.entry(AggregateType.USER, user(row))));
            forEachRow(statement, TODOS, row -> put(states, Map.entry(AggregateType.TODO, todo(row))));
            forEachRow(statement, SESSIONS, row -> put(states, Map.entry(AggregateType.SESSION, session(row))));
            long[] pending = new long[1];
            forEachRow(statement, PENDING, row -> pending[0] = row.getLong("pending"));
            List<Finding> deadLettered = new ArrayList<>();
            forEachRow(statement, DEAD_LETTERED, row -> deadLettered.add(deadLetter(row)));
            connection.rollback();
            return new SqlDatabaseState(states, pending[0], deadLettered);
        }
    }

    /** Returns the number of pending events in the outbox. */
    static long countPending(AuditedServers servers) throws SQLException {
        try (Connection connection = connect(servers);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(PENDING)) {
            row.next();
            return row.getLong("pending");
        }
    }

    private static Connection connect(AuditedServers servers) throws SQLException {
        return DriverManager.getConnection(servers.sqlUrl(), servers.sqlUser(), servers.sqlPassword());
    }

    private static void put(
            Map<AggregateKey, AggregateState> states, Map.Entry<AggregateType, ? extends AggregateState> one) {
        states.put(new AggregateKey(one.getKey(), one.getValue().id()), one.getValue());
    }

    private static UserState user(ResultSet row) throws SQLException {
        return new UserState(
                row.getString("id"),
                row.getString("name"),
                row.getString("username"),
                row.getString("avatar"),
                row.getString("time_zone"),
                row.getBoolean("show_profile"),
                row.getLong("version"),
                instant(row, "created_at"),
                instant(row, "updated_at"));
    }

    private static TodoState todo(ResultSet row) throws SQLException {
        return new TodoState(
                row.getString("id"),
                row.getString("user_id"),
                row.getString("title"),
                row.getString("subject"),
                Difficulty.ofCode(row.getString("difficulty")),
                row.getInt("questions_target"),
                row.getInt("questions_completed"),
                row.getBoolean("completed"),
                row.getObject("completed_at") == null ? null : instant(row, "completed_at"),
                date(row, "completed_on"),
                date(row, "scheduled_for"),
                row.getLong("version"),
                instant(row, "created_at"),
                instant(row, "updated_at"));
    }

    private static SessionState session(ResultSet row) throws SQLException {
        return new SessionState(
                row.getString("id"),
                row.getString("user_id"),
                row.getString("subject"),
                SessionType.ofCode(row.getString("session_type")),
                row.getInt("minutes"),
                instant(row, "completed_at"),
                row.getObject("completed_on", LocalDate.class),
                row.getLong("version"),
                instant(row, "created_at"),
                instant(row, "updated_at"));
    }

    private static Map.Entry<AggregateType, DeletedState> deletion(ResultSet row) throws SQLException {
        return Map.entry(
                type(row),
                new DeletedState(
                        row.getString("aggregate_id"), row.getString("user_id"), row.getLong("aggregate_version")));
    }

    private static Finding deadLetter(ResultSet row) throws SQLException {
        return new Finding(
                "outbox",
                new AggregateKey(type(row), row.getString("aggregate_id")).toString(),
                "version " + row.getLong("aggregate_version") + " is dead-lettered: " + row.getString("last_error"));
    }

    private static AggregateType type(ResultSet row) throws SQLException {
        String code = row.getString("aggregate_type");
        return AggregateType.ofCode(code)
                .orElseThrow(() -> new IllegalStateException("the outbox has an unknown aggregate type: " + code));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static @Nullable LocalDate date(ResultSet row, String column) throws SQLException {
        Date date = row.getDate(column);
        return date == null ? null : date.toLocalDate();
    }

    private static void forEachRow(Statement statement, String sql, RowReader reader) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                reader.read(rows);
            }
        }
    }

    @FunctionalInterface
    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }
}
