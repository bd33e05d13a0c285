package dev.studybuddy.api.session;

import dev.studybuddy.api.cockroach.SqlTimes;
import dev.studybuddy.api.outbox.AggregateSource;
import dev.studybuddy.api.user.OwnedAggregates;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.SessionType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads and writes the table {@code study_sessions}. */
@Component
final class SessionTable implements AggregateSource, OwnedAggregates {

    private static final String COLUMN_NAMES = """
            id, user_id, subject, session_type, minutes, completed_at, completed_on, version,
            created_at, updated_at
            """;
    static final String COLUMNS = "SELECT " + COLUMN_NAMES + "FROM study_sessions\n";
    private static final String FIND = COLUMNS + "WHERE id = :id";
    private static final String FIRST_PAGE = COLUMNS + "ORDER BY id LIMIT :limit";
    private static final String PAGE = COLUMNS + "WHERE id > :after ORDER BY id LIMIT :limit";

    /** This query finds no session of a deleted user, even if the job that deletes the user's sessions still runs. */
    private static final String FIND_OF_USER = COLUMNS + """
            WHERE id = :id AND user_id = :user AND EXISTS (SELECT 1 FROM users u WHERE u.id = :user)
            """;

    private static final String INSERT = """
            INSERT INTO study_sessions
              (id, user_id, subject, session_type, minutes, completed_at, completed_on, version, created_at, updated_at)
            VALUES
              (:id, :user_id, :subject, :session_type, :minutes, :completed_at, :completed_on, :version, :created_at,
               :updated_at)
            """;
    private static final String UPDATE = """
            UPDATE study_sessions SET subject = :subject, session_type = :session_type, minutes = :minutes,
              completed_at = :completed_at, completed_on = :completed_on, version = :version, updated_at = :updated_at
            WHERE id = :id AND version = :version - 1
            """;
    private static final String DELETE = """
            DELETE FROM study_sessions WHERE id = :id AND version = :version
            """;
    private static final String PAGE_OF_USER =
            COLUMNS + "WHERE user_id = :user AND (created_at, id) > (:at, :id) ORDER BY created_at, id LIMIT :limit";
    private static final String RENAME_SUBJECT = """
            UPDATE study_sessions SET subject = :to, version = version + 1, updated_at = :now
            WHERE id IN (SELECT id FROM study_sessions WHERE user_id = :user AND subject = :from
                         ORDER BY created_at, id LIMIT :limit)
            RETURNING
            """ + COLUMN_NAMES;
    private static final String COUNT = """
            SELECT count(*) FROM study_sessions
            """;

    private final JdbcClient jdbc;

    SessionTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<SessionState> findOfUser(UUID user, UUID id) {
        return jdbc.sql(FIND_OF_USER)
                .param("id", id)
                .param("user", user)
                .query(SessionTable::readRow)
                .optional();
    }

    void insert(SessionState session) {
        bind(INSERT, session)
                .param("user_id", UUID.fromString(session.userId()))
                .param("created_at", SqlTimes.parameter(session.createdAt()))
                .update();
    }

    /** Updates the row, which must have the previous version; SERIALIZABLE isolation excludes any other version. */
    void update(SessionState session) {
        if (bind(UPDATE, session).update() != 1) {
            throw new IllegalStateException("the session changed inside this transaction");
        }
    }

    void delete(SessionState session) {
        int deleted = jdbc.sql(DELETE)
                .param("id", UUID.fromString(session.id()))
                .param("version", session.version())
                .update();
        if (deleted != 1) {
            throw new IllegalStateException("the session changed inside this transaction");
        }
    }

    @Override
    public AggregateType type() {
        return AggregateType.SESSION;
    }

    @Override
    public Optional<AggregateState> find(UUID id) {
        return jdbc.sql(FIND)
                .param("id", id)
                .query(SessionTable::readRow)
                .optional()
                .map(AggregateState.class::cast);
    }

    @Override
    public List<AggregateState> readPage(@Nullable UUID after, int limit) {
        JdbcClient.StatementSpec statement =
                after == null ? jdbc.sql(FIRST_PAGE) : jdbc.sql(PAGE).param("after", after);
        return List.copyOf(
                statement.param("limit", limit).query(SessionTable::readRow).list());
    }

    @Override
    public long count() {
        return jdbc.sql(COUNT).query(Long.class).single();
    }

    @Override
    public List<AggregateState> readPageOfUser(UUID user, @Nullable AggregateState after, int limit) {
        Instant at = after instanceof SessionState last ? last.createdAt() : Instant.EPOCH;
        UUID id = after == null ? new UUID(0, 0) : UUID.fromString(after.id());
        return List.copyOf(jdbc.sql(PAGE_OF_USER)
                .param("user", user)
                .param("at", SqlTimes.parameter(at))
                .param("id", id)
                .param("limit", limit)
                .query(SessionTable::readRow)
                .list());
    }

    @Override
    public List<AggregateState> renameSubject(UUID user, String from, String to, Instant now, int limit) {
        return List.copyOf(jdbc.sql(RENAME_SUBJECT)
                .param("user", user)
                .param("from", from)
                .param("to", to)
                .param("now", SqlTimes.parameter(now))
                .param("limit", limit)
                .query(SessionTable::readRow)
                .list());
    }

    private JdbcClient.StatementSpec bind(String sql, SessionState session) {
        return jdbc.sql(sql)
                .param("id", UUID.fromString(session.id()))
                .param("subject", session.subject())
                .param("session_type", session.sessionType().code())
                .param("minutes", session.minutes())
                .param("completed_at", SqlTimes.parameter(session.completedAt()))
                .param("completed_on", session.completedOn())
                .param("version", session.version())
                .param("updated_at", SqlTimes.parameter(session.updatedAt()));
    }

    static SessionState readRow(ResultSet row, int number) throws SQLException {
        return new SessionState(
                row.getString("id"),
                row.getString("user_id"),
                row.getString("subject"),
                SessionType.ofCode(row.getString("session_type")),
                row.getInt("minutes"),
                SqlTimes.instant(row, "completed_at"),
                row.getObject("completed_on", LocalDate.class),
                row.getLong("version"),
                SqlTimes.instant(row, "created_at"),
                SqlTimes.instant(row, "updated_at"));
    }
}
