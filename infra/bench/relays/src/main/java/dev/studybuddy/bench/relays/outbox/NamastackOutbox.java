package dev.studybuddy.bench.relays.outbox;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.apache.commons.codec.digest.MurmurHash3;

/**
 * Adapts the table of namastack-outbox, which the library creates. The columns that name the handler are copied from a
 * row that the library wrote.
 */
public final class NamastackOutbox implements OutboxAdapter {

    private static final int PARTITIONS = 256;

    private static final String CAPTURE_TEMPLATE =
            "CREATE TABLE bench_template AS SELECT record_type, handler_id FROM outbox_record"
                    + " WHERE record_key = 'test' LIMIT 1";
    private static final String COUNT_TEMPLATES = "SELECT count(*) FROM bench_template";
    private static final String KEYS = "CREATE TABLE IF NOT EXISTS bench_keys (key TEXT PRIMARY KEY, partition_no INT)";
    private static final String ADD_KEY = "INSERT /* bench */ INTO bench_keys VALUES (?, ?)";

    private static final String ANALYZE_KEYS = "ANALYZE bench_keys";

    private static final String COLUMNS =
            "id, status, record_key, record_type, payload, context, created_at, failure_count,"
                    + " next_retry_at, partition_no, handler_id";

    private static final String FILL = "INSERT /* bench */ INTO outbox_record (" + COLUMNS + ")\n" + """
            SELECT gen_random_uuid(), 'NEW', e.key, t.record_type,
            """ + "("
            + Payload.SQL + ")::text" + """
            , '{}', clock.base + e.n * INTERVAL '1 microsecond', 0, now(), k.partition_no, t.handler_id
            FROM (SELECT clock_timestamp() + ? * INTERVAL '1 second' AS base) clock, bench_template t,
            """ + Payload.EVENTS + " JOIN bench_keys k ON k.key = e.key";

    private static final String INSERT = "INSERT /* bench */ INTO outbox_record (" + COLUMNS + ")"
            + " SELECT ?, 'NEW', ?, record_type, ?, '{}', clock_timestamp(), 0, now(), ?, handler_id FROM bench_template";

    private static final String PENDING = "SELECT /* bench */ 1 FROM outbox_record WHERE status = 'NEW' LIMIT 1";

    @Override
    public void createTables(String url) {
        // The library creates its tables when it starts.
    }

    @Override
    public void captureTemplate(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(CAPTURE_TEMPLATE);
            statement.execute(KEYS);
            try (ResultSet count = statement.executeQuery(COUNT_TEMPLATES)) {
                count.next();
                if (count.getInt(1) != 1) {
                    throw new IllegalStateException("the relay has not written its test event to outbox_record");
                }
            }
        }
    }

    @Override
    public void fill(Connection connection, Workload workload, double aheadSeconds) throws SQLException {
        try (PreparedStatement keys = connection.prepareStatement(ADD_KEY)) {
            for (int n = 0; n < workload.aggregates(); n++) {
                keys.setString(1, workload.key(n));
                keys.setInt(2, partition(workload.key(n)));
                keys.addBatch();
            }
            keys.executeBatch();
        }
        try (Statement analyze = connection.createStatement()) {
            analyze.execute(ANALYZE_KEYS);
        }
        try (PreparedStatement statement = connection.prepareStatement(FILL)) {
            statement.setDouble(1, aheadSeconds);
            Payload.bindEvents(statement, 2, workload);
            statement.executeUpdate();
        }
    }

    @Override
    public PreparedStatement insert(Connection connection) throws SQLException {
        return connection.prepareStatement(INSERT);
    }

    @Override
    public void bind(PreparedStatement insert, Event event) throws SQLException {
        insert.setString(1, UUID.randomUUID().toString());
        insert.setString(2, event.key());
        insert.setString(3, event.json());
        insert.setInt(4, partition(event.key()));
    }

    @Override
    public String table() {
        return "outbox_record";
    }

    @Override
    public String pendingSql() {
        return PENDING;
    }

    private static int partition(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        return (MurmurHash3.hash32x86(bytes, 0, bytes.length, 0) & Integer.MAX_VALUE) % PARTITIONS;
    }
}
