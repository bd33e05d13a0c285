package dev.studybuddy.api.outbox;

import java.util.Comparator;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Reads the outbox's backlog at a cost that does not grow with it. It counts at most 200 rows of each shard along the
 * pending index. Only if that does not show whether the queue is longer than 10 000, it counts the rows of long shards.
 */
@Repository
public final class BacklogQuery {

    private static final int MAX_COUNTED_PER_SHARD = 200;

    /** The count stops above this number, from which on the alert on the queue does not need a more precise one. */
    private static final int MAX_COUNTED = 10_000;

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
    private final PendingIndex pendingIndex;

    BacklogQuery(JdbcClient jdbc, PendingIndex pendingIndex) {
        this.jdbc = jdbc;
        this.pendingIndex = pendingIndex;
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
        PendingIndex.Counts counts = pendingIndex.count(MAX_COUNTED_PER_SHARD);
        long pending = counts.pending();
        boolean exact = true;
        for (int shard : counts.shardsWith(MAX_COUNTED_PER_SHARD)) {
            if (pending > MAX_COUNTED) {
                exact = false;
                break;
            }
            long ofShard = pendingIndex.countOfShard(shard, MAX_COUNTED + 1);
            pending += Math.max(0, ofShard - MAX_COUNTED_PER_SHARD);
            exact &= ofShard <= MAX_COUNTED;
        }
        return new OutboxBacklog(
                counts.now(),
                pending,
                exact,
                counts.oldestByShard().values().stream().min(Comparator.naturalOrder()),
                failed,
                publishers);
    }
}
