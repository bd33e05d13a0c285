package dev.studybuddy.e2e.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.audit.AuditedServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * Changes rows in CockroachDB. The rows then have the contents that they have after faults of a publisher, or after
 * long use by operators.
 */
final class OperatedTables {

    private static final String DEAD_LETTER = """
            UPDATE outbox SET retry_count = 5, last_error = ?, dead_lettered_at = now(), processed = true,
              processed_at = now()
            WHERE aggregate_id = ? RETURNING id""";

    private static final String DELAY = """
            UPDATE outbox SET retry_count = 1, last_error = ?, next_attempt_at = now() + INTERVAL '1 hour',
              processed = false, processed_at = NULL
            WHERE aggregate_id = ? RETURNING id""";

    private static final String DEAD_LETTERED_EVENTS = """
            INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload,
              retry_count, last_error, processed, processed_at, dead_lettered_at)
            SELECT n % 64, 'todo', CAST(gen_random_uuid() AS TEXT), 1, gen_random_uuid(), 'todo.created', '{"id": "a"}',
              5, 'too-large', true, now(), now()
            FROM generate_series(1, ?) AS n""";

    private static final String JOBS = """
            INSERT INTO jobs (id, kind, state, created_at, started_at, finished_at)
            SELECT gen_random_uuid(), 'backup', 'cancelled', at, at, at
            FROM (SELECT now() - n * INTERVAL '1 minute' AS at FROM generate_series(1, ?) AS n) AS minutes""";

    private static final String FAILED_JOB = """
            INSERT INTO jobs (id, kind, state, error, created_at, started_at, finished_at)
            VALUES (gen_random_uuid(), 'backup', 'failed', ?, now(), now(), now()) RETURNING id""";

    private static final String CHANGES = """
            INSERT INTO admin_audit (id, at, actor, action, target)
            SELECT gen_random_uuid(), now() - n * INTERVAL '1 minute', 'operator', 'publishing.resume', 'publishing/' || n
            FROM generate_series(1, ?) AS n""";

    private static final String CHANGE = """
            INSERT INTO admin_audit (id, at, actor, action, target, detail)
            VALUES (gen_random_uuid(), now(), 'operator', 'publishing.resume', 'publishing/todo',
              jsonb_build_object('outcome', CAST(? AS TEXT)))
            RETURNING id""";

    private static final String OUTCOME = """
            UPDATE admin_audit SET detail = jsonb_build_object('outcome', CAST(? AS TEXT))
            WHERE id = CAST(? AS UUID) RETURNING id""";

    private final AuditedServers servers;

    OperatedTables(AuditedServers servers) {
        this.servers = servers;
    }

    /** Marks the event of an aggregate as dead-lettered by the publisher, and returns the id of the event. */
    String deadLetter(String aggregate, String reason) throws SQLException {
        return changeRow(DEAD_LETTER, reason, aggregate);
    }

    /** Makes the event of an aggregate pending again until an attempt in an hour, and returns the id of the event. */
    String delay(String aggregate, String reason) throws SQLException {
        return changeRow(DELAY, reason, aggregate);
    }

    /** Records a job that failed, and returns its id. */
    String recordFailedJob(String error) throws SQLException {
        return changeRow(FAILED_JOB, error);
    }

    /** Records a change by an operator, and returns the id of its entry in the audit. */
    String recordChange(String outcome) throws SQLException {
        return changeRow(CHANGE, outcome);
    }

    void changeOutcome(String entry, String outcome) throws SQLException {
        changeRow(OUTCOME, outcome, entry);
    }

    private String changeRow(String statement, String... values) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement update = connection.prepareStatement(statement)) {
            for (int index = 0; index < values.length; index++) {
                update.setString(index + 1, values[index]);
            }
            try (ResultSet row = update.executeQuery()) {
                assertThat(row.next()).isTrue();
                return row.getString(1);
            }
        }
    }

    /** Records this number of ended jobs, and as many changes by an operator. */
    void recordHistory(int size) throws SQLException {
        for (String statement : List.of(JOBS, CHANGES)) {
            insertRows(statement, size);
        }
    }

    /** Inserts this number of events that the publisher dead-lettered, each of another aggregate. */
    void insertDeadLetteredEvents(int size) throws SQLException {
        insertRows(DEAD_LETTERED_EVENTS, size);
    }

    private void insertRows(String statement, int size) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement insert = connection.prepareStatement(statement)) {
            insert.setInt(1, size);
            assertThat(insert.executeUpdate()).isEqualTo(size);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(servers.sqlUrl(), servers.sqlUser(), servers.sqlPassword());
    }
}
