package dev.studybuddy.bench.relays.outbox;

import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Holds the SQL that generates the payloads of many events in the database. */
final class Payload {

    /** This expression builds a payload from {@code e.n}, {@code e.key} and {@code e.version}. */
    static final String SQL = """
            jsonb_build_object('n', e.n, 'at', 0, 'key', e.key, 'version', e.version, 'kind', 'benchmark',
              'subject', 'mathematics', 'pad', left((SELECT string_agg(md5(e.key || e.version || s), '')
                FROM generate_series(1, 9) s), 272))""";

    /** This subquery returns rows (n, key, version). Its parameters are prefix, aggregates (twice) and events. */
    static final String EVENTS = """
            (SELECT n, ? || '-' || (n % ?) AS key, n / ? + 1 AS version FROM generate_series(0, ? - 1) AS n) e""";

    private Payload() {}

    static void bindEvents(PreparedStatement statement, int first, Workload workload) throws SQLException {
        statement.setString(first, workload.prefix());
        statement.setInt(first + 1, workload.aggregates());
        statement.setInt(first + 2, workload.aggregates());
        statement.setInt(first + 3, workload.events());
    }
}
