package dev.studybuddy.api.testing;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.TodoState;
import dev.studybuddy.contract.UserState;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes aggregates to CockroachDB without events, and to MongoDB in the form that the projector writes. */
public final class AggregateWriter {

    private final JdbcClient jdbc;
    private final List<ReadModelFixture> models;

    public AggregateWriter(DataSource database, ReadModelFixture... models) {
        this.jdbc = JdbcClient.create(database);
        this.models = List.of(models);
    }

    public JdbcClient jdbc() {
        return jdbc;
    }

    public UserState user(String id, boolean shown) {
        UserState user = ReadModelFixture.user(id, "user " + id.charAt(0), shown);
        apply(AggregateType.USER, user);
        jdbc.sql("""
                        INSERT INTO users (id, email, name, show_profile, version, created_at, updated_at)
                        VALUES (CAST(? AS UUID), ?, ?, ?, 1, ?, ?)""")
                .params(id, id, user.name(), shown, Timestamp.from(user.createdAt()), Timestamp.from(user.updatedAt()))
                .update();
        return user;
    }

    public SessionState session(String user, String subject, int minutes, LocalDate on) {
        SessionState session = ReadModelFixture.session(user, subject, minutes, on);
        apply(AggregateType.SESSION, session);
        insert(session);
        return session;
    }

    /** Inserts a session into CockroachDB alone, so that MongoDB lacks it. */
    public void insert(SessionState session) {
        jdbc.sql("""
                        INSERT INTO study_sessions (id, user_id, subject, session_type, minutes, completed_at,
                          completed_on, version, created_at, updated_at)
                        VALUES (CAST(? AS UUID), CAST(? AS UUID), ?, 'pomodoro', ?, ?, ?, ?, ?, ?)""")
                .params(
                        session.id(),
                        session.userId(),
                        session.subject(),
                        session.minutes(),
                        session.completedAt().atOffset(ZoneOffset.UTC),
                        session.completedOn(),
                        session.version(),
                        session.createdAt().atOffset(ZoneOffset.UTC),
                        session.updatedAt().atOffset(ZoneOffset.UTC))
                .update();
    }

    public TodoState todo(String user, String subject, int questions, LocalDate on) {
        return todo(ReadModelFixture.completedTodo(user, subject, questions, on));
    }

    public TodoState todo(TodoState todo) {
        apply(AggregateType.TODO, todo);
        jdbc.sql("""
                        INSERT INTO todos (id, user_id, title, subject, difficulty, questions_target,
                          questions_completed, completed, completed_at, completed_on, version, created_at, updated_at)
                        VALUES (CAST(? AS UUID), CAST(? AS UUID), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""")
                .params(
                        todo.id(),
                        todo.userId(),
                        todo.title(),
                        todo.subject(),
                        todo.difficulty().code(),
                        todo.questionsTarget(),
                        todo.questionsCompleted(),
                        todo.completed(),
                        todo.completedAt() == null ? null : todo.completedAt().atOffset(ZoneOffset.UTC),
                        todo.completedOn(),
                        todo.version(),
                        todo.createdAt().atOffset(ZoneOffset.UTC),
                        todo.updatedAt().atOffset(ZoneOffset.UTC))
                .update();
        return todo;
    }

    private void apply(AggregateType type, AggregateState state) {
        models.forEach(model -> model.apply(type, state));
    }
}
