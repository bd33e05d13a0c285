package dev.studybuddy.publisher.lease;

import dev.studybuddy.publisher.outbox.SqlStates;
import java.sql.Connection;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Stores the starting points in the lease rows, in the dialect that CockroachDB and PostgreSQL share.
 *
 * <p>Another database session may hold a lock on a lease row. A write omits such a row, because the next write follows
 * soon. A read that waits too long for such a row is repeated without it.
 */
public final class JdbcStartingPoints implements StartingPoints {

    private static final String READ = """
            SELECT shard, LEAST(read_from, now()) FROM outbox_shard_lease
            WHERE shard = ANY (?) AND read_from IS NOT NULL""";
    private static final String READ_UNLOCKED = READ + " FOR UPDATE SKIP LOCKED";
    private static final String WRITE = """
            UPDATE outbox_shard_lease AS l SET read_from = k.read_from
            FROM (SELECT unnest(CAST(? AS SMALLINT[])) AS shard, unnest(CAST(? AS BIGINT[])) AS epoch,
                    unnest(CAST(? AS TIMESTAMPTZ[])) AS read_from) AS k
            WHERE l.shard = k.shard AND l.epoch = k.epoch AND l.shard IN (
              SELECT shard FROM outbox_shard_lease WHERE owner = ? FOR UPDATE SKIP LOCKED)""";

    /** Both databases read the text of each time within these bounds. */
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private final JdbcTemplate jdbc;

    public JdbcStartingPoints(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Map<Integer, Instant> read(Collection<Integer> shards) {
        try {
            return read(READ, shards);
        } catch (DataAccessException e) {
            if (!SqlStates.isTimeout(e)) {
                throw e;
            }
            return read(READ_UNLOCKED, shards);
        }
    }

    private Map<Integer, Instant> read(String sql, Collection<Integer> shards) {
        Map<Integer, Instant> points = new HashMap<>();
        jdbc.query(
                sql,
                statement -> statement.setArray(
                        1, statement.getConnection().createArrayOf("int8", shards.toArray(Integer[]::new))),
                row -> {
                    points.put(
                            row.getInt(1),
                            row.getObject(2, OffsetDateTime.class).toInstant());
                });
        return points;
    }

    @Override
    public int write(String instance, Collection<StartingPoint> points) {
        List<StartingPoint> ordered = List.copyOf(points);
        return jdbc.update(WRITE, statement -> {
            Connection connection = statement.getConnection();
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "int2",
                            ordered.stream().map(point -> (short) point.shard()).toArray(Short[]::new)));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "int8", ordered.stream().map(StartingPoint::epoch).toArray(Long[]::new)));
            statement.setArray(
                    3,
                    connection.createArrayOf(
                            "timestamptz",
                            ordered.stream()
                                    .map(point -> parameter(point.readUpTo()))
                                    .toArray(String[]::new)));
            statement.setString(4, instance);
        });
    }

    /**
     * Returns the text of a time. A time before the bounds becomes null, so that the next owner begins at the start. A
     * time after them becomes the last one within them, because a read returns no time later than the present one.
     */
    private static @Nullable String parameter(Instant readUpTo) {
        if (readUpTo.isBefore(EARLIEST)) {
            return null;
        }
        return (readUpTo.isAfter(LATEST) ? LATEST : readUpTo).toString();
    }
}
