package dev.studybuddy.api.todo;

import dev.studybuddy.api.cockroach.SqlTimes;
import dev.studybuddy.api.outbox.AggregateSource;
import dev.studybuddy.api.user.OwnedAggregates;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.Difficulty;
import dev.studybuddy.contract.TodoState;
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

/** Reads and writes the table {@code todos}. */
@Component
final class TodoTable implements AggregateSource, OwnedAggregates {

    private static final String COLUMN_NAMES = """
            id, user_id, title, subject, difficulty, questions_target, questions_completed, completed,
            completed_at, completed_on, scheduled_for, version, created_at, updated_at
            """;
    static final String COLUMNS = "SELECT " + COLUMN_NAMES + "FROM todos\n";
    private static final String FIND = COLUMNS + "WHERE id = :id";
    private static final String FIRST_PAGE = COLUMNS + "ORDER BY id LIMIT :limit";
    private static final String PAGE = COLUMNS + "WHERE id > :after ORDER BY id LIMIT :limit";

    /** This query finds no todo of a deleted user, even if the job that deletes the user's todos still runs. */
    private static final String FIND_OF_USER = COLUMNS + """
            WHERE id = :id AND user_id = :user AND EXISTS (SELECT 1 FROM users u WHERE u.id = :user)
            """;

    private static final String INSERT = """
            INSERT INTO todos
              (id, user_id, title, subject, difficulty, questions_target, questions_completed, completed,
               completed_at, completed_on, scheduled_for, version, created_at, updated_at)
            VALUES
              (:id, :user_id, :title, :subject, :difficulty, :questions_target, :questions_completed, :completed,
               :completed_at, :completed_on, :scheduled_for, :version, :created_at, :updated_at)
            """;
    private static final String UPDATE = """
            UPDATE todos SET title = :title, subject = :subject, difficulty = :difficulty,
              questions_target = :questions_target, questions_completed = :questions_completed,
              completed = :completed, completed_at = :completed_at, completed_on = :completed_on,
              scheduled_for = :scheduled_for, version = :version, updated_at = :updated_at
            WHERE id = :id AND version = :version - 1
            """;
    private static final String DELETE = """
            DELETE FROM todos WHERE id = :id AND version = :version
            """;
    private static final String PAGE_OF_USER =
            COLUMNS + "WHERE user_id = :user AND (created_at, id) > (:at, :id) ORDER BY created_at, id LIMIT :limit";
    private static final String RENAME_SUBJECT = """
            UPDATE todos SET subject = :to, version = version + 1, updated_at = :now
            WHERE id IN (SELECT id FROM todos WHERE user_id = :user AND subject = :from
                         ORDER BY created_at, id LIMIT :limit)
            RETURNING
            """ + COLUMN_NAMES;
    private static final String COUNT = """
            SELECT count(*) FROM todos
            """;

    private final JdbcClient jdbc;

    TodoTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<TodoState> findOfUser(UUID user, UUID id) {
        return jdbc.sql(FIND_OF_USER)
                .param("id", id)
                .param("user", user)
                .query(TodoTable::readRow)
                .optional();
    }

    void insert(TodoState todo) {
        bind(INSERT, todo)
                .param("user_id", UUID.fromString(todo.userId()))
                .param("created_at", SqlTimes.parameter(todo.createdAt()))
                .update();
    }

    /** Updates the row, which must have the previous version; SERIALIZABLE isolation excludes any other version. */
    void update(TodoState todo) {
        if (bind(UPDATE, todo).update() != 1) {
            throw new IllegalStateException("the todo changed inside this transaction");
        }
    }

    void delete(TodoState todo) {
        int deleted = jdbc.sql(DELETE)
                .param("id", UUID.fromString(todo.id()))
                .param("version", todo.version())
                .update();
        if (deleted != 1) {
            throw new IllegalStateException("the todo changed inside this transaction");
        }
    }

    @Override
    public AggregateType type() {
        return AggregateType.TODO;
    }

    @Override
    public Optional<AggregateState> find(UUID id) {
        return jdbc.sql(FIND)
                .param("id", id)
                .query(TodoTable::readRow)
                .optional()
                .map(AggregateState.class::cast);
    }

    @Override
    public List<AggregateState> readPage(@Nullable UUID after, int limit) {
        JdbcClient.StatementSpec statement =
                after == null ? jdbc.sql(FIRST_PAGE) : jdbc.sql(PAGE).param("after", after);
        return List.copyOf(
                statement.param("limit", limit).query(TodoTable::readRow).list());
    }

    @Override
    public long count() {
        return jdbc.sql(COUNT).query(Long.class).single();
    }

    @Override
    public List<AggregateState> readPageOfUser(UUID user, @Nullable AggregateState after, int limit) {
        Instant at = after instanceof TodoState last ? last.createdAt() : Instant.EPOCH;
        UUID id = after == null ? new UUID(0, 0) : UUID.fromString(after.id());
        return List.copyOf(jdbc.sql(PAGE_OF_USER)
                .param("user", user)
                .param("at", SqlTimes.parameter(at))
                .param("id", id)
                .param("limit", limit)
                .query(TodoTable::readRow)
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
                .query(TodoTable::readRow)
                .list());
    }

    private JdbcClient.StatementSpec bind(String sql, TodoState todo) {
        return jdbc.sql(sql)
                .param("id", UUID.fromString(todo.id()))
                .param("title", todo.title())
                .param("subject", todo.subject())
                .param("difficulty", todo.difficulty().code())
                .param("questions_target", todo.questionsTarget())
                .param("questions_completed", todo.questionsCompleted())
                .param("completed", todo.completed())
                .param("completed_at", SqlTimes.parameter(todo.completedAt()))
                .param("completed_on", todo.completedOn())
                .param("scheduled_for", todo.scheduledFor())
                .param("version", todo.version())
                .param("updated_at", SqlTimes.parameter(todo.updatedAt()));
    }

    static TodoState readRow(ResultSet row, int number) throws SQLException {
        return new TodoState(
                row.getString("id"),
                row.getString("user_id"),
                row.getString("title"),
                row.getString("subject"),
                Difficulty.ofCode(row.getString("difficulty")),
                row.getInt("questions_target"),
                row.getInt("questions_completed"),
                row.getBoolean("completed"),
                SqlTimes.optionalInstant(row, "completed_at"),
                row.getObject("completed_on", LocalDate.class),
                row.getObject("scheduled_for", LocalDate.class),
                row.getLong("version"),
                SqlTimes.instant(row, "created_at"),
                SqlTimes.instant(row, "updated_at"));
    }
}
