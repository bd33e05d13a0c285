package dev.studybuddy.api.outbox;

import dev.studybuddy.outbox.Shards;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Reads the outbox's backlog at a bounded cost: it counts the rows of each shard along the pending index, and at most
 * 10 001 of them.
 */
@Repository
public final class BacklogQuery {

    private static final int MAX_COUNTED_PER_SHARD = 10_001;

    private static final String PENDING = IntStream.range(0, Shards.COUNT)
            .mapToObj("""
            (SELECT count(*) AS pending, min(created_at) AS oldest
             FROM (SELECT created_at FROM outbox WHERE shard = %d AND processed = false
                   ORDER BY created_at, id LIMIT 10001) s)"""::formatted)
            .collect(Collectors.joining(" UNION ALL ", """
            SELECT now() AS now, sum(pending) AS pending, max(pending) AS most, min(oldest) AS oldest FROM (""", ") shards"));

    private static final String FAILED = """
            SELECT count(*) FROM (
              SELECT 1 FROM outbox WHERE retry_count > 0 AND dead_lettered_at IS NOT NULL LIMIT 10001) s""";

    private static final String PUBLISHERS = """
            SELECT p.id, p.seen_at, p.seen_at > now() - INTERVAL '5 seconds' AS live, count(l.shard) AS shards
            FROM outbox_publisher p
            LEFT JOIN outbox_shard_lease l ON l.owner = p.id AND l.expires_at > now()
            WHERE p.seen_at > now() - INTERVAL '60 seconds'
            GROUP BY p.id, p.seen_at ORDER BY p.id LIMIT 100""";

    private final JdbcClient jdbc;

    BacklogQuery(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Returns the present backlog. */
    public OutboxBacklog read() {
        long failed = jdbc.sql(FAILED).query(Long.class).single();
        List<OutboxBacklog.Publisher> publishers = jdbc.sql(PUBLISHERS)
                .query((row, number) -> new OutboxBacklog.Publisher(
                        row.getString("id"),
                        row.getInt("shards"),
                        row.getTimestamp("seen_at").toInstant(),
                        row.getBoolean("live")))
                .list();
        return jdbc.sql(PENDING)
                .query((row, number) -> {
                    Timestamp oldest = row.getTimestamp("oldest");
                    Optional<Instant> written = oldest == null ? Optional.empty() : Optional.of(oldest.toInstant());
                    return new OutboxBacklog(
                            row.getTimestamp("now").toInstant(),
                            row.getLong("pending"),
                            row.getLong("most") < MAX_COUNTED_PER_SHARD,
                            written,
                            failed,
                            publishers);
                })
                .single();
    }
}
