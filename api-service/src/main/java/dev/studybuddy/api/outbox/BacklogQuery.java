package dev.studybuddy.api.outbox;

import java.util.Comparator;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Reads the outbox's backlog at a cost that does not grow with the backlog. It counts at most 200 rows of each shard
 * along the pending index. If a shard has more rows, it counts the rest only while the sum is at most 10 000.
 */
@Repository
public final class BacklogQuery {

    private static final int MAX_COUNTED_PER_SHARD = 200;

    private static final String DEAD_LETTERED = """
            SELECT count(*) FROM (
              SELECT 1 FROM outbox
              WHERE retry_count > 0 AND dead_lettered_at IS NOT NULL AND processed
              LIMIT\s""" + (OutboxBacklog.MAX_COUNTED + 1) + ") s";

    private final JdbcClient jdbc;
    private final PendingIndex pendingIndex;
    private final PublisherQuery publishers;

    BacklogQuery(JdbcClient jdbc, PendingIndex pendingIndex, PublisherQuery publishers) {
        this.jdbc = jdbc;
        this.pendingIndex = pendingIndex;
        this.publishers = publishers;
    }

    /** Returns the present backlog. */
    public OutboxBacklog read() {
        long deadLettered = jdbc.sql(DEAD_LETTERED).query(Long.class).single();
        PendingIndex.Counts counts = pendingIndex.count(MAX_COUNTED_PER_SHARD);
        long pending = counts.pending();
        boolean exact = true;
        for (int shard : counts.shardsWith(MAX_COUNTED_PER_SHARD)) {
            if (pending > OutboxBacklog.MAX_COUNTED) {
                exact = false;
                break;
            }
            long ofShard = pendingIndex.countOfShard(shard, OutboxBacklog.MAX_COUNTED + 1);
            pending += Math.max(0, ofShard - MAX_COUNTED_PER_SHARD);
            exact &= ofShard <= OutboxBacklog.MAX_COUNTED;
        }
        return new OutboxBacklog(
                counts.now(),
                pending,
                exact,
                counts.oldestByShard().values().stream().min(Comparator.naturalOrder()),
                deadLettered,
                publishers.findAll());
    }
}
