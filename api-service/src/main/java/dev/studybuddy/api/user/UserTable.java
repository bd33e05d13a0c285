package dev.studybuddy.api.user;

import dev.studybuddy.api.cockroach.SqlTimes;
import dev.studybuddy.api.outbox.AggregateSource;
import dev.studybuddy.api.outbox.DeletedUsers;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads and writes the tables {@code users} and {@code deleted_users}. */
@Component
final class UserTable implements AggregateSource, DeletedUsers {

    private static final String FIND = """
            SELECT id, email, name, username, avatar, time_zone, show_profile, version, created_at, updated_at
            FROM users WHERE id = :id
            """;
    private static final String PAGE = """
            SELECT id, email, name, username, avatar, time_zone, show_profile, version, created_at, updated_at
            FROM users WHERE id > :after ORDER BY id LIMIT :limit
            """;
    private static final String FIRST_PAGE = """
            SELECT id, email, name, username, avatar, time_zone, show_profile, version, created_at, updated_at
            FROM users ORDER BY id LIMIT :limit
            """;
    private static final String INSERT = """
            INSERT INTO users
              (id, email, name, username, avatar, time_zone, show_profile, version, created_at, updated_at)
            VALUES
              (:id, :email, :name, :username, :avatar, :time_zone, :show_profile, :version, :created_at, :updated_at)
            """;
    private static final String UPDATE = """
            UPDATE users SET email = :email, name = :name, username = :username, avatar = :avatar,
              time_zone = :time_zone, show_profile = :show_profile, version = :version, updated_at = :updated_at
            WHERE id = :id AND version = :version - 1
            """;
    private static final String DELETE = """
            DELETE FROM users WHERE id = :id AND version = :version
            """;
    private static final String INSERT_DELETED = """
            INSERT INTO deleted_users (id) VALUES (:id)
            """;
    private static final String WAS_DELETED = """
            SELECT count(*) FROM deleted_users WHERE id = :id
            """;
    private static final String DELETED_AMONG = """
            SELECT id FROM deleted_users WHERE id IN (:ids)
            """;
    private static final String EMAIL_OF_OTHER = """
            SELECT EXISTS (SELECT 1 FROM users WHERE lower(email) = lower(:email) AND id <> :id)
            """;
    private static final String COUNT = """
            SELECT count(*) FROM users
            """;

    private final JdbcClient jdbc;

    UserTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<User> findUser(UUID id) {
        return jdbc.sql(FIND).param("id", id).query(UserTable::readRow).optional();
    }

    void insert(User user) {
        bind(INSERT, user)
                .param("created_at", SqlTimes.parameter(user.createdAt()))
                .update();
    }

    /** Updates the row, which must have the previous version; SERIALIZABLE isolation excludes any other version. */
    void update(User user) {
        if (bind(UPDATE, user).update() != 1) {
            throw new IllegalStateException("the user changed inside this transaction");
        }
    }

    void delete(User user) {
        int deleted = jdbc.sql(DELETE)
                .param("id", user.id())
                .param("version", user.version())
                .update();
        if (deleted != 1) {
            throw new IllegalStateException("the user changed inside this transaction");
        }
        if (jdbc.sql(INSERT_DELETED).param("id", user.id()).update() != 1) {
            throw new IllegalStateException("the user was already deleted");
        }
    }

    /**
     * Returns whether another user has this user's e-mail address, without regard to the case of letters; a PostgreSQL
     * server with the locale C ignores the case of ASCII letters only.
     */
    boolean hasOtherWithEmail(User user) {
        return jdbc.sql(EMAIL_OF_OTHER)
                .param("email", user.email())
                .param("id", user.id())
                .query(Boolean.class)
                .single();
    }

    boolean wasDeleted(UUID id) {
        return jdbc.sql(WAS_DELETED).param("id", id).query(Long.class).single() > 0;
    }

    @Override
    public Set<UUID> findDeleted(Collection<UUID> ids) {
        return ids.isEmpty()
                ? Set.of()
                : Set.copyOf(jdbc.sql(DELETED_AMONG)
                        .param("ids", ids)
                        .query(UUID.class)
                        .list());
    }

    @Override
    public AggregateType type() {
        return AggregateType.USER;
    }

    @Override
    public Optional<AggregateState> find(UUID id) {
        return findUser(id).map(User::state);
    }

    @Override
    public List<AggregateState> readPage(@Nullable UUID after, int limit) {
        JdbcClient.StatementSpec statement =
                after == null ? jdbc.sql(FIRST_PAGE) : jdbc.sql(PAGE).param("after", after);
        return statement.param("limit", limit).query(UserTable::readRow).list().stream()
                .<AggregateState>map(User::state)
                .toList();
    }

    @Override
    public List<AggregateState> readPageOfUser(UUID user, @Nullable AggregateState after, int limit) {
        return after == null ? find(user).stream().toList() : List.of();
    }

    @Override
    public long count() {
        return jdbc.sql(COUNT).query(Long.class).single();
    }

    private JdbcClient.StatementSpec bind(String sql, User user) {
        return jdbc.sql(sql)
                .param("id", user.id())
                .param("email", user.email())
                .param("name", user.name())
                .param("username", user.username())
                .param("avatar", user.avatar())
                .param("time_zone", user.timeZone())
                .param("show_profile", user.showProfile())
                .param("version", user.version())
                .param("updated_at", SqlTimes.parameter(user.updatedAt()));
    }

    /** Returns the user in a row with all columns. */
    static User readRow(ResultSet row, int number) throws SQLException {
        return new User(
                row.getObject("id", UUID.class),
                row.getString("email"),
                row.getString("name"),
                row.getString("username"),
                row.getString("avatar"),
                row.getString("time_zone"),
                row.getBoolean("show_profile"),
                row.getLong("version"),
                SqlTimes.instant(row, "created_at"),
                SqlTimes.instant(row, "updated_at"));
    }
}
