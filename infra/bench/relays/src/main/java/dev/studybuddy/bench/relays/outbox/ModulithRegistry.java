package dev.studybuddy.bench.relays.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Adapts Spring Modulith's event publication registry, which the library creates. The benchmark fills the registry with
 * publications that a resubmission selects.
 */
public final class ModulithRegistry implements OutboxAdapter {

    private static final String CAPTURE_TEMPLATE =
            "CREATE TABLE bench_template AS SELECT listener_id, event_type FROM event_publication LIMIT 1";

    private static final String FILL = """
            INSERT /* bench */ INTO event_publication
              (id, listener_id, event_type, serialized_event, publication_date, status, completion_attempts)
            SELECT gen_random_uuid(), t.listener_id, t.event_type,
            """ + "(" + Payload.SQL + ")::text" + """
            , now() - INTERVAL '1 hour' + e.n * INTERVAL '1 microsecond', 'FAILED', 1
            FROM bench_template t,
            """ + Payload.EVENTS;

    private static final String PENDING =
            "SELECT /* bench */ 1 FROM event_publication WHERE completion_date IS NULL LIMIT 1";

    @Override
    public void createTables(String url) {
        // The library creates its tables when it starts.
    }

    @Override
    public void captureTemplate(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(CAPTURE_TEMPLATE);
        }
    }

    @Override
    public void fill(Connection connection, Workload workload, double aheadSeconds) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FILL)) {
            Payload.bindEvents(statement, 1, workload);
            statement.executeUpdate();
        }
    }

    @Override
    public PreparedStatement insert(Connection connection) {
        throw new UnsupportedOperationException("Spring Modulith publishes only events of its own application");
    }

    @Override
    public void bind(PreparedStatement insert, Event event) {
        throw new UnsupportedOperationException("Spring Modulith publishes only events of its own application");
    }

    @Override
    public String table() {
        return "event_publication";
    }

    @Override
    public String pendingSql() {
        return PENDING;
    }
}
