package dev.studybuddy.bench.relays.outbox;

/** The payload as SQL makes it in bulk. */
final class Payload {

    /** From {@code e.n}, {@code e.key} and {@code e.version}. */
    static final String SQL = """
            jsonb_build_object('n', e.n, 'at', 0, 'key', e.key, 'version', e.version, 'kind', 'benchmark',
              'subject', 'mathematics', 'pad', left((SELECT string_agg(md5(e.key || e.version || s), '')
                FROM generate_series(1, 9) s), 272))""";

    /** Rows n, key, version; parameters: prefix, aggregates (twice), events. */
    static final String EVENTS = """
            (SELECT n, ? || '-' || (n % ?) AS key, n / ? + 1 AS version FROM generate_series(0, ? - 1) AS n) e""";

    private Payload() {}

    static void bindEvents(java.sql.PreparedStatement statement, int first, Workload workload)
            throws java.sql.SQLException {
        statement.setString(first, workload.prefix());
        statement.setInt(first + 1, workload.aggregates());
        statement.setInt(first + 2, workload.aggregates());
        statement.setInt(first + 3, workload.events());
    }
}
