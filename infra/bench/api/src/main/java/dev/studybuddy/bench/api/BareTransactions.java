package dev.studybuddy.bench.api;

import com.mongodb.client.MongoCollection;
import dev.studybuddy.outbox.Shards;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Runs the transaction of a new todo with bare JDBC: it reads the row of the user, and inserts the todo and its event.
 * With a collection, it then writes the todo to MongoDB and waits for the acknowledgement, as the original system did.
 */
final class BareTransactions {

    private static final String OWNER = "SELECT u.time_zone, EXISTS (SELECT 1 FROM subjects s WHERE s.user_id = u.id"
            + " AND s.subject = ? AND NOT s.freed) FROM users u WHERE u.id = ?";
    private static final String TODO = "INSERT INTO todos (id, user_id, title, subject, difficulty, questions_target,"
            + " questions_completed, completed, version, created_at, updated_at)"
            + " VALUES (?, ?, 'Read chapter 3', 'Math', 'easy', 10, 0, false, 1, now(), now())";
    private static final String EVENT =
            "INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id,"
                    + " event_type, payload, headers) VALUES (?, 'todo', ?, 1, ?, 'todo.created', CAST(? AS jsonb), '{}')";

    private BareTransactions() {}

    /**
     * Returns a factory of operations, each on a connection of its own.
     *
     * @param mirrors collection to which an operation writes each todo after its commit; null for none
     */
    static Load.OperationFactory on(ApiServers servers, int users, @Nullable MongoCollection<Document> mirrors) {
        return number ->
                new BareOperation(servers.connect(), UUID.fromString(DatabaseSeeder.userId(number % users)), mirrors);
    }

    private static final class BareOperation implements Load.Operation {
        private final Connection connection;
        private final UUID user;
        private final @Nullable MongoCollection<Document> mirrors;
        private final PreparedStatement owner;
        private final PreparedStatement todo;
        private final PreparedStatement event;

        BareOperation(Connection connection, UUID user, @Nullable MongoCollection<Document> mirrors)
                throws SQLException {
            this.connection = connection;
            this.user = user;
            this.mirrors = mirrors;
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            owner = connection.prepareStatement(OWNER);
            todo = connection.prepareStatement(TODO);
            event = connection.prepareStatement(EVENT);
        }

        @Override
        public Load.Outcome run() throws SQLException {
            UUID id = UUID.randomUUID();
            owner.setString(1, "Math");
            owner.setObject(2, user);
            owner.executeQuery().close();
            todo.setObject(1, id);
            todo.setObject(2, user);
            todo.executeUpdate();
            event.setInt(1, Shards.of("todo", id.toString()));
            event.setString(2, id.toString());
            event.setObject(3, UUID.randomUUID());
            event.setString(4, "{\"id\":\"" + id + "\",\"userId\":\"" + user + "\",\"title\":\"Read chapter 3\"}");
            event.executeUpdate();
            connection.commit();
            if (mirrors != null) {
                mirrors.insertOne(new Document("_id", id.toString())
                        .append("userId", user.toString())
                        .append("title", "Read chapter 3"));
            }
            return new Load.Outcome(0, Duration.ZERO);
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }
}
