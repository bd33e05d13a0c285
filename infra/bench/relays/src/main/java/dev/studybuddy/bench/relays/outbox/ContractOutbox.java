package dev.studybuddy.bench.relays.outbox;

import dev.studybuddy.outbox.OutboxSchema;
import dev.studybuddy.outbox.Shards;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;
import org.flywaydb.core.Flyway;

/** Adapts the outbox of the contract, which the contract's Flyway scripts create. */
public final class ContractOutbox implements OutboxAdapter {

    /** All events have this aggregate type. */
    public static final String TYPE = "bench";

    private static final String COLUMNS =
            "shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload, headers, created_at";

    /** The statement uses {@code crc32} of PostgreSQL 18, whose values equal those of the contract. */
    private static final String FILL =
            "INSERT /* bench */ INTO outbox (" + COLUMNS + ")\n" + """
            SELECT crc32(convert_to('bench/' || e.key, 'UTF8')) % 64, 'bench', e.key, e.version, gen_random_uuid(), 'bench.updated',
            """ + Payload.SQL + """
            , '{}', clock.base + e.n * INTERVAL '1 microsecond'
            FROM (SELECT clock_timestamp() + ? * INTERVAL '1 second' AS base) clock,
            """ + Payload.EVENTS;

    private static final String INSERT = "INSERT /* bench */ INTO outbox (" + COLUMNS
            + ") VALUES (?, 'bench', ?, ?, ?, 'bench.updated', CAST(? AS jsonb), '{}', now())";

    private static final String PENDING = "SELECT /* bench */ 1 FROM outbox WHERE processed = false LIMIT 1";

    @Override
    public void createTables(String url) {
        Flyway.configure()
                .dataSource(url, "root", "")
                .locations(OutboxSchema.LOCATION)
                .table(OutboxSchema.HISTORY_TABLE)
                .load()
                .migrate();
    }

    @Override
    public void captureTemplate(Connection connection) {
        // The contract defines all columns, so no template is needed.
    }

    @Override
    public void fill(Connection connection, Workload workload, double aheadSeconds) throws SQLException {
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
        insert.setInt(1, Shards.of(TYPE, event.key()));
        insert.setString(2, event.key());
        insert.setLong(3, event.version());
        insert.setObject(4, UUID.randomUUID());
        insert.setString(5, event.json());
    }

    @Override
    public String table() {
        return "outbox";
    }

    @Override
    public String pendingSql() {
        return PENDING;
    }
}
