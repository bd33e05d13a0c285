package dev.studybuddy.bench.relays.limits;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Runs the original loop of this system. A round reads the 100 oldest rows, and it sends and marks each one before the
 * next. The next round starts 2 s after the end of a round.
 */
final class OriginalLoop {

    private static final int BATCH = 100;
    private static final long INTERVAL_SECONDS = 2;

    private static final String INDEX =
            "CREATE INDEX IF NOT EXISTS outbox_oldest ON outbox (created_at) WHERE processed = false";

    private static final String OLDEST = """
            SELECT shard, aggregate_id, aggregate_version, id, payload::text FROM outbox
            WHERE processed = false ORDER BY created_at LIMIT ?""";

    private static final String MARK = """
            UPDATE outbox SET processed = true, processed_at = now()
            WHERE shard = ? AND aggregate_type = 'bench' AND aggregate_id = ? AND aggregate_version = ? AND id = ?""";

    private final Environment environment;
    private final KafkaProducer<String, String> producer;

    OriginalLoop(Environment environment) {
        this.environment = environment;
        // The original loop used the defaults of the client.
        this.producer = environment.producer(Map.of());
    }

    void run() throws Exception {
        try (Connection connection = environment.connect();
                ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(INDEX);
            }
            clock.scheduleWithFixedDelay(() -> round(connection), 0, INTERVAL_SECONDS, TimeUnit.SECONDS)
                    .get();
        }
    }

    private void round(Connection connection) {
        try (PreparedStatement mark = connection.prepareStatement(MARK)) {
            for (Pending row : oldest(connection)) {
                producer.send(new ProducerRecord<>(environment.topic(), row.aggregateId, row.payload))
                        .get();
                mark.setInt(1, row.shard);
                mark.setString(2, row.aggregateId);
                mark.setLong(3, row.version);
                mark.setObject(4, row.id);
                mark.executeUpdate();
            }
        } catch (Exception e) {
            throw new IllegalStateException("a round of the original loop failed", e);
        }
    }

    private static List<Pending> oldest(Connection connection) throws SQLException {
        List<Pending> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(OLDEST)) {
            statement.setInt(1, BATCH);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(new Pending(
                            rows.getInt("shard"),
                            rows.getString("aggregate_id"),
                            rows.getLong("aggregate_version"),
                            rows.getObject("id", UUID.class),
                            rows.getString("payload")));
                }
            }
        }
        return found;
    }

    private record Pending(int shard, String aggregateId, long version, UUID id, String payload) {}
}
