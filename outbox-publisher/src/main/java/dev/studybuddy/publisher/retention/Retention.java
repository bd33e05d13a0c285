package dev.studybuddy.publisher.retention;

import dev.studybuddy.publisher.lease.Lease;
import dev.studybuddy.publisher.lease.ShardLeases;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Deletes rows of the owned shards that were processed long ago. It reads the shards in the order of the primary key,
 * one page for each step. It reads a page first and deletes by key, so that no statement reads more rows than a page
 * has.
 */
public final class Retention {

    private static final Logger log = LoggerFactory.getLogger(Retention.class);

    private static final String PAGE = """
            SELECT aggregate_type, aggregate_id, aggregate_version, id,
              processed AND dead_lettered_at IS NULL AND processed_at < now() - ? * INTERVAL '1 second'
            FROM outbox
            WHERE shard = ? AND (aggregate_type, aggregate_id, aggregate_version, id) > (?, ?, ?, ?)
            ORDER BY shard, aggregate_type, aggregate_id, aggregate_version, id LIMIT ?""";

    private static final String DELETE = """
            DELETE FROM outbox AS o
            USING (SELECT unnest(CAST(? AS TEXT[])) AS aggregate_type, unnest(CAST(? AS TEXT[])) AS aggregate_id,
                     unnest(CAST(? AS BIGINT[])) AS aggregate_version, unnest(CAST(? AS UUID[])) AS id) AS k
            WHERE o.shard = ? AND o.aggregate_type = k.aggregate_type AND o.aggregate_id = k.aggregate_id
              AND o.aggregate_version = k.aggregate_version AND o.id = k.id
              AND o.processed AND o.dead_lettered_at IS NULL AND o.processed_at < now() - ? * INTERVAL '1 second'""";

    private static final Key FIRST = new Key("", "", 0, new UUID(0, 0), false);

    private final JdbcTemplate jdbc;
    private final ShardLeases leases;
    private final Settings settings;
    private @Nullable Integer shard;
    private Key after = FIRST;
    private long deleted;

    /**
     * Holds the settings of the deletion of processed rows.
     *
     * @param enabled The publisher deletes processed rows if this is true. Set it to false if the database deletes them
     *     by row-level TTL.
     * @param keep The publisher deletes a processed row this long after it was published. A longer time makes the table
     *     larger.
     * @param page One statement of the retention reads at most this number of rows. More rows cost fewer and longer
     *     statements.
     * @param pause The retention waits this long between two pages. A longer pause costs less load and makes a pass
     *     slower.
     * @param rest The retention waits this long after a pass over all owned shards. A longer wait costs less load and
     *     keeps expired rows for longer.
     */
    public record Settings(
            boolean enabled,
            @NotNull Duration keep,
            @Min(1) @Max(10_000) int page,
            @NotNull Duration pause,
            @NotNull Duration rest) {}

    private record Key(String type, String aggregate, long version, UUID id, boolean expired) {}

    public Retention(JdbcTemplate jdbc, ShardLeases leases, Settings settings) {
        this.jdbc = jdbc;
        this.leases = leases;
        this.settings = settings;
    }

    /** Processes one page, and returns the wait before the next page in nanoseconds. */
    public long deletePage() {
        Integer current = shard == null ? nextShard(-1) : shard;
        if (current == null) {
            return settings.rest().toNanos();
        }
        List<Key> page = jdbc.query(
                PAGE,
                (row, n) -> new Key(
                        row.getString(1),
                        row.getString(2),
                        row.getLong(3),
                        row.getObject(4, UUID.class),
                        row.getBoolean(5)),
                settings.keep().toSeconds(),
                current,
                after.type(),
                after.aggregate(),
                after.version(),
                after.id(),
                settings.page());
        delete(current, page.stream().filter(Key::expired).toList());
        if (page.size() == settings.page()) {
            shard = current;
            after = page.getLast();
            return settings.pause().toNanos();
        }
        shard = nextShard(current);
        after = FIRST;
        if (shard != null) {
            return settings.pause().toNanos();
        }
        if (deleted > 0) {
            log.atInfo().addKeyValue("rows", deleted).log("Deleted processed rows in one pass over the owned shards");
        }
        deleted = 0;
        return settings.rest().toNanos();
    }

    private @Nullable Integer nextShard(int lastShard) {
        return leases.owned().stream()
                .map(Lease::shard)
                .filter(owned -> owned > lastShard)
                .min(Integer::compare)
                .orElse(null);
    }

    private void delete(int current, List<Key> expired) {
        if (expired.isEmpty()) {
            return;
        }
        deleted += jdbc.update(DELETE, statement -> {
            setArray(statement, 1, "text", expired, Key::type);
            setArray(statement, 2, "text", expired, Key::aggregate);
            setArray(statement, 3, "int8", expired, Key::version);
            setArray(statement, 4, "uuid", expired, Key::id);
            statement.setInt(5, current);
            statement.setLong(6, settings.keep().toSeconds());
        });
    }

    private static void setArray(
            PreparedStatement statement, int parameter, String type, List<Key> keys, Function<Key, Object> column)
            throws SQLException {
        Connection connection = statement.getConnection();
        Array array = connection.createArrayOf(type, keys.stream().map(column).toArray());
        statement.setArray(parameter, array);
    }
}
