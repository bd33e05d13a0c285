package dev.studybuddy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/**
 * Creates the tables of the original system, with rows as its programs write them. Anna's ids are UUIDs, and Ben's are
 * not. The worker no longer retries one event, and two more are pending.
 */
final class OldSystem {

    static final String ANNA = "3f0a6f1e-7f5b-4b0e-9f0a-0d9d5a1c0001";
    static final String BEN = "ckx2ben0000";
    /** Anna completed this todo, and the worker no longer retries the event of this change. */
    static final String COMPLETED = "3f0a6f1e-7f5b-4b0e-9f0a-0d9d5a1c0002";
    /** The event of this todo is pending. */
    static final String PENDING = "abc123";
    /** Anna created and deleted this todo. */
    static final String DELETED = "3f0a6f1e-7f5b-4b0e-9f0a-0d9d5a1c0003";
    /** Only the deletion of this todo is left in the outbox. */
    static final String DELETION_ONLY = "3f0a6f1e-7f5b-4b0e-9f0a-0d9d5a1c0004";
    /** No event of this todo is left in the outbox. */
    static final String WITHOUT_EVENTS = "3f0a6f1e-7f5b-4b0e-9f0a-0d9d5a1c0005";

    static final String SESSION = "3f0a6f1e-7f5b-4b0e-9f0a-0d9d5a1c0006";

    private static final String TABLES = """
            CREATE TABLE "User" (
              id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
              "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, "updatedAt" TIMESTAMP(3) NOT NULL);
            CREATE TABLE "Todo" (
              id TEXT PRIMARY KEY, "userId" TEXT NOT NULL, title TEXT NOT NULL, subject TEXT NOT NULL, difficulty TEXT NOT NULL,
              "questionsTarget" INTEGER NOT NULL, "questionsCompleted" INTEGER NOT NULL DEFAULT 0,
              completed BOOLEAN NOT NULL DEFAULT false, "completedAt" TIMESTAMP(3),
              "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, "updatedAt" TIMESTAMP(3) NOT NULL);
            CREATE TABLE "StudySession" (
              id TEXT PRIMARY KEY, "userId" TEXT NOT NULL, subject TEXT NOT NULL, "sessionType" TEXT NOT NULL,
              minutes INTEGER NOT NULL, "completedAt" TIMESTAMP(3) NOT NULL,
              "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, "updatedAt" TIMESTAMP(3) NOT NULL);
            CREATE TABLE "Outbox" (
              id TEXT PRIMARY KEY, aggregate_type TEXT NOT NULL, aggregate_id TEXT NOT NULL, event_type TEXT NOT NULL,
              payload JSONB NOT NULL, created_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
              processed BOOLEAN NOT NULL DEFAULT false, processed_at TIMESTAMP(3), retry_count INTEGER NOT NULL DEFAULT 0);
            """;

    private static final String ROWS = """
            INSERT INTO "User" VALUES
              ('%1$s', 'anna@old.example', 'Anna', '2026-01-01 08:00:00.001', '2026-01-01 08:00:00.001'),
              ('%2$s', 'ben@old.example', 'Ben', '2026-01-01 08:00:00.002', '2026-01-01 08:00:00.002');
            INSERT INTO "Todo" VALUES
              ('%3$s', '%1$s', 'Integrals', 'Math', 'hard', 10, 10, true, NULL, '2026-01-02 08:00:00', '2026-01-03 23:59:59.999'),
              ('%4$s', '%2$s', 'Essay', '', 'easy', 0, 0, false, NULL, '2026-01-02 08:00:00', '2026-01-02 08:00:00'),
              ('%5$s', '%2$s', 'Poem', 'German', 'medium', 3, 3, true, '2026-01-04 12:00:00.5', '2026-01-02 08:00:00',
               '2026-01-04 12:00:00.5');
            INSERT INTO "StudySession" VALUES
              ('%6$s', '%1$s', 'Math', 'pomodoro', 25, '2026-01-05 10:00:00', '2026-01-05 10:00:00', '2026-01-05 10:00:00');
            """;

    private static final String EVENTS = """
            INSERT INTO "Outbox" (id, aggregate_type, aggregate_id, event_type, payload, created_at, processed, retry_count) VALUES
              ('e1', 'users', '%1$s', 'user.created', '{"id": "%1$s", "email": "anna@old.example", "name": "Anna",
                "createdAt": "2026-01-01T08:00:00.001Z", "updatedAt": "2026-01-01T08:00:00.001Z"}',
                '2026-01-01 08:00:00.001', true, 0),
              ('e3', 'todos', '%3$s', 'todo.created', '{"id": "%3$s", "userId": "%1$s", "title": "Integrals",
                "subject": "Math", "difficulty": "hard", "questionsTarget": 10, "questionsCompleted": 0, "completed": false,
                "completedAt": null, "createdAt": "2026-01-02T08:00:00.000Z", "updatedAt": "2026-01-02T08:00:00.000Z"}',
                '2026-01-02 08:00:00', true, 0),
              ('e2', 'todos', '%3$s', 'todo.completed', '{"id": "%3$s", "userId": "%1$s", "title": "Integrals",
                "subject": "Math", "difficulty": "hard", "questionsTarget": 10, "questionsCompleted": 10, "completed": true,
                "completedAt": null, "createdAt": "2026-01-02T08:00:00.000Z", "updatedAt": "2026-01-03T23:59:59.999Z"}',
                '2026-01-03 23:59:59.999', false, 6),
              ('e4', 'todos', '%4$s', 'todo.created', '{"id": "%4$s", "userId": "%2$s", "title": "Essay", "subject": "",
                "difficulty": "easy", "questionsTarget": 0, "questionsCompleted": 0, "completed": false, "completedAt": null,
                "createdAt": "2026-01-02T08:00:00.000Z", "updatedAt": "2026-01-02T08:00:00.000Z"}',
                '2026-01-02 08:00:00', false, 0),
              ('e5', 'todos', '%7$s', 'todo.created', '{"id": "%7$s", "userId": "%1$s", "title": "Gone", "subject": "Math",
                "difficulty": "easy", "questionsTarget": 1, "questionsCompleted": 0, "completed": false, "completedAt": null,
                "createdAt": "2026-01-02T08:00:00.000Z", "updatedAt": "2026-01-02T08:00:00.000Z"}',
                '2026-01-02 08:00:00', true, 0),
              ('e6', 'todos', '%7$s', 'todo.deleted', '{"id": "%7$s"}', '2026-01-02 09:00:00', false, 2),
              ('e7', 'todos', '%8$s', 'todo.deleted', '{"id": "%8$s"}', '2026-01-02 09:00:00', true, 0),
              ('e8', 'sessions', '%6$s', 'session.created', '{"id": "%6$s", "userId": "%1$s", "subject": "Math",
                "sessionType": "pomodoro", "minutes": 25, "completedAt": "2026-01-05T10:00:00.000Z",
                "createdAt": "2026-01-05T10:00:00.000Z", "updatedAt": "2026-01-05T10:00:00.000Z"}',
                '2026-01-05 10:00:00', true, 0),
              ('e9', 'badges', 'b1', 'badge.awarded', '{"id": "b1"}', '2026-01-05 10:00:00', true, 0);
            """;

    private static final String DRAIN =
            "UPDATE \"Outbox\" SET processed = true, processed_at = now() WHERE processed = false AND retry_count <= 5";

    private OldSystem() {}

    /** Creates the tables with their rows. */
    static void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(TABLES);
            statement.execute(withIds(ROWS));
            statement.execute(withIds(EVENTS));
        }
    }

    private static String withIds(String sql) {
        return sql.formatted(ANNA, BEN, COMPLETED, PENDING, WITHOUT_EVENTS, SESSION, DELETED, DELETION_ONLY);
    }

    /**
     * Marks as processed the pending events that the worker of the original system still retries, as the worker does.
     */
    static void drain(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(DRAIN);
        }
    }

    /** Returns the id that the rows of this system have for an id of the original system. A UUID stays the same. */
    static String newId(String oldId) throws NoSuchAlgorithmException {
        if (oldId.length() == ANNA.length()) {
            return oldId;
        }
        ByteBuffer hash = ByteBuffer.wrap(MessageDigest.getInstance("MD5").digest(oldId.getBytes(UTF_8)));
        return new UUID(hash.getLong(), hash.getLong()).toString();
    }
}
