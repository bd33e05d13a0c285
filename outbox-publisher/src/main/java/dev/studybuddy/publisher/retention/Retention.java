package dev.studybuddy.publisher.retention;

import dev.studybuddy.publisher.lease.Lease;
import dev.studybuddy.publisher.lease.ShardLeases;
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
 * Walks the owned shards by primary key, a page for each step, and deletes what was processed long ago. The page is
 * read first and deleted by key, so that no statement looks at more rows than a page.
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
     * How much goes, and how fast.
     *
     * @param keep how long processed rows stay
     * @param page rows looked at in one step
     * @param pause between two pages
     * @param rest between two walks
     */
    public record Settings(Duration keep, int page, Duration pause, Duration rest) {}

    private record Key(String type, String aggregate, long version, UUID id, boolean old) {}

    public Retention(JdbcTemplate jdbc, ShardLeases leases, Settings settings) {
        this.jdbc = jdbc;
        this.leases = leases;
        this.settings = settings;
    }

    /** One page; answers how long to wait for the next, nanoseconds. */
    public long step() {
        Integer current = shard == null ? next(-1) : shard;
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
        delete(current, page.stream().filter(Key::old).toList());
        if (page.size() == settings.page()) {
            shard = current;
            after = page.getLast();
            return settings.pause().toNanos();
        }
        shard = next(current);
        after = FIRST;
        if (shard != null) {
            return settings.pause().toNanos();
        }
        if (deleted > 0) {
            log.atInfo().addKeyValue("rows", deleted).log("Processed rows deleted");
        }
        deleted = 0;
        return settings.rest().toNanos();
    }

    private @Nullable Integer next(int after) {
        return leases.owned().stream()
                .map(Lease::shard)
                .filter(owned -> owned > after)
                .min(Integer::compare)
                .orElse(null);
    }

    private void delete(int current, List<Key> old) {
        if (old.isEmpty()) {
            return;
        }
        deleted += jdbc.update(DELETE, statement -> {
            array(statement, 1, "text", old, Key::type);
            array(statement, 2, "text", old, Key::aggregate);
            array(statement, 3, "int8", old, Key::version);
            array(statement, 4, "uuid", old, Key::id);
            statement.setInt(5, current);
            statement.setLong(6, settings.keep().toSeconds());
        });
    }

    private static void array(
            PreparedStatement statement, int parameter, String type, List<Key> keys, Function<Key, Object> column)
            throws SQLException {
        Connection connection = statement.getConnection();
        Array array = connection.createArrayOf(type, keys.stream().map(column).toArray());
        statement.setArray(parameter, array);
    }
}
