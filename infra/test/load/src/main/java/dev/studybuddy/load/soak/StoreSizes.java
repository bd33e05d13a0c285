package dev.studybuddy.load.soak;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.studybuddy.audit.AuditedServers;
import dev.studybuddy.readmodel.Names;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;

/**
 * This record holds the numbers of rows and documents that may grow during a soak.
 *
 * @param outboxPending number of pending rows of the outbox
 * @param outboxRows number of all rows of the outbox
 * @param outboxDeadLettered number of rows that the publisher dead-lettered
 * @param deadLetters number of records that the projector dead-lettered
 */
record StoreSizes(long outboxPending, long outboxRows, long outboxDeadLettered, long deadLetters) {

    private static final String OUTBOX = """
            SELECT count(*) FILTER (WHERE processed = false) AS pending, count(*) AS all_rows,
                   count(*) FILTER (WHERE processed AND dead_lettered_at IS NOT NULL) AS dead_lettered
            FROM outbox
            """;

    static StoreSizes read(AuditedServers servers) throws SQLException {
        long deadLetters = deadLetters(servers.mongoUri());
        try (Connection connection =
                        DriverManager.getConnection(servers.sqlUrl(), servers.sqlUser(), servers.sqlPassword());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(OUTBOX)) {
            row.next();
            return new StoreSizes(
                    row.getLong("pending"), row.getLong("all_rows"), row.getLong("dead_lettered"), deadLetters);
        }
    }

    private static long deadLetters(String mongoUri) {
        String database = Objects.requireNonNull(
                new ConnectionString(mongoUri).getDatabase(), "the MongoDB URI must name a database");
        try (MongoClient client = MongoClients.create(mongoUri)) {
            return client.getDatabase(database)
                    .getCollection(Names.DEAD_LETTERS)
                    .countDocuments();
        }
    }
}
