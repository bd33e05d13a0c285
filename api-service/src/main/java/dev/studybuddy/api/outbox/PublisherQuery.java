package dev.studybuddy.api.outbox;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Reads the heartbeats and the leases of the publishers. A publisher is fit if it could do its work in the last 10 s.
 * The column {@code success_at} holds the last time at which a publisher could do its work. It holds the start of 1970
 * if the publisher never could. It is null for a publisher of an earlier version of the program, which counts as fit.
 */
@Repository
final class PublisherQuery {

    private static final String PUBLISHERS = """
            SELECT p.id, p.started_at, p.seen_at, p.seen_at > now() - INTERVAL '5 seconds' AS live,
              COALESCE(p.success_at >= now() - INTERVAL '10 seconds', true) AS fit,
              CASE WHEN p.success_at >= now() - INTERVAL '10 seconds' THEN p.fit_since END AS fit_since,
              CASE WHEN p.success_at > '1970-01-01 00:00:00+00' THEN p.success_at END AS last_success,
              string_agg(CAST(l.shard AS TEXT), ',') AS shards
            FROM outbox_publisher p
            LEFT JOIN outbox_shard_lease l ON l.owner = p.id AND l.expires_at > now()
            WHERE p.seen_at > now() - INTERVAL '60 seconds'
            GROUP BY p.id, p.started_at, p.seen_at, p.success_at, p.fit_since ORDER BY p.id LIMIT 100""";

    private static final Pattern COMMA = Pattern.compile(",");

    private final JdbcClient jdbc;

    PublisherQuery(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Returns the publishers that wrote a heartbeat in the last 60 s, at most 100, ordered by id. */
    List<OutboxBacklog.Publisher> findAll() {
        return jdbc.sql(PUBLISHERS)
                .query((row, number) -> new OutboxBacklog.Publisher(
                        row.getString("id"),
                        shards(row.getString("shards")),
                        row.getTimestamp("started_at").toInstant(),
                        row.getTimestamp("seen_at").toInstant(),
                        row.getBoolean("live"),
                        new OutboxBacklog.Fitness(
                                row.getBoolean("fit"), instant(row, "fit_since"), instant(row, "last_success"))))
                .list();
    }

    private static List<Integer> shards(@Nullable String joined) {
        return joined == null
                ? List.of()
                : COMMA.splitAsStream(joined).map(Integer::valueOf).sorted().toList();
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp value = row.getTimestamp(column);
        return value == null ? null : value.toInstant();
    }
}
