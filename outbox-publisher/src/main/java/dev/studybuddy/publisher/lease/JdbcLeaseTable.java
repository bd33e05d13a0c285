package dev.studybuddy.publisher.lease;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Stores leases by autocommitted statements in the dialect that CockroachDB and PostgreSQL share. */
public final class JdbcLeaseTable implements LeaseTable {

    private static final String WRITE_HEARTBEAT = """
            INSERT INTO outbox_publisher (id, address) VALUES (?, ?)
            ON CONFLICT (id) DO UPDATE SET seen_at = now(), address = excluded.address""";
    private static final String RENEW = """
            UPDATE outbox_shard_lease SET expires_at = now() + ? * INTERVAL '1 millisecond'
            WHERE owner = ? AND expires_at > now()
            RETURNING shard, epoch, sweep_requested_at, now()""";
    private static final String TAKE = """
            UPDATE outbox_shard_lease
            SET owner = ?, epoch = epoch + 1, expires_at = now() + ? * INTERVAL '1 millisecond'
            WHERE shard = ANY (?) AND expires_at < now()
            RETURNING shard, epoch""";
    private static final String ROWS = """
            SELECT shard, owner, epoch, expires_at < now() FROM outbox_shard_lease ORDER BY shard""";
    private static final String LIVE = """
            SELECT id, address FROM outbox_publisher
            WHERE seen_at > now() - ? * INTERVAL '1 millisecond' ORDER BY id""";
    private static final String HAND_OVER = """
            UPDATE outbox_shard_lease
            SET owner = ?, epoch = epoch + 1, expires_at = now() + ? * INTERVAL '1 millisecond'
            WHERE shard = ? AND owner = ? AND epoch = ?""";
    private static final String RELEASE = """
            UPDATE outbox_shard_lease SET owner = NULL, expires_at = '1970-01-01 00:00:00+00'
            WHERE shard = ? AND owner = ? AND epoch = ?""";
    private static final String DELETE_HEARTBEAT = "DELETE FROM outbox_publisher WHERE id = ?";
    private static final String DELETE_DEAD_HEARTBEATS =
            "DELETE FROM outbox_publisher WHERE seen_at < now() - INTERVAL '1 hour'";

    private final JdbcTemplate jdbc;
    private final long ttlMillis;
    private final long liveMillis;

    /**
     * @param ttl the duration of a lease after a renewal
     * @param liveWithin the highest age of the heartbeat of a live instance
     */
    public JdbcLeaseTable(JdbcTemplate jdbc, Duration ttl, Duration liveWithin) {
        this.jdbc = jdbc;
        this.ttlMillis = ttl.toMillis();
        this.liveMillis = liveWithin.toMillis();
    }

    @Override
    public void writeHeartbeat(String instance, @Nullable String address) {
        jdbc.update(WRITE_HEARTBEAT, instance, address);
    }

    @Override
    public Renewal renew(String instance) {
        List<Instant> now = new ArrayList<>(1);
        List<Renewed> renewed = jdbc.query(
                RENEW,
                (row, n) -> {
                    if (n == 0) {
                        now.add(requiredInstant(row, 4));
                    }
                    return new Renewed(row.getInt(1), row.getLong(2), nullableInstant(row, 3));
                },
                ttlMillis,
                instance);
        return new Renewal(now.isEmpty() ? null : now.getFirst(), renewed);
    }

    @Override
    public List<ShardEpoch> take(String instance, List<Integer> shards) {
        return jdbc.query(
                TAKE,
                statement -> {
                    statement.setString(1, instance);
                    statement.setLong(2, ttlMillis);
                    statement.setArray(
                            3, statement.getConnection().createArrayOf("int8", shards.toArray(Integer[]::new)));
                },
                (row, n) -> new ShardEpoch(row.getInt(1), row.getLong(2)));
    }

    @Override
    public List<Row> rows() {
        return jdbc.query(
                ROWS, (row, n) -> new Row(row.getInt(1), row.getString(2), row.getLong(3), row.getBoolean(4)));
    }

    @Override
    public List<Member> live() {
        return jdbc.query(LIVE, (row, n) -> new Member(row.getString(1), row.getString(2)), liveMillis);
    }

    @Override
    public List<Integer> handOver(String instance, List<ShardEpoch> shards, String successor) {
        List<Integer> moved = new ArrayList<>();
        for (ShardEpoch shard : shards) {
            if (jdbc.update(HAND_OVER, successor, ttlMillis, shard.shard(), instance, shard.epoch()) == 1) {
                moved.add(shard.shard());
            }
        }
        return moved;
    }

    @Override
    public List<Integer> release(String instance, List<ShardEpoch> shards) {
        List<Integer> freed = new ArrayList<>();
        for (ShardEpoch shard : shards) {
            if (jdbc.update(RELEASE, shard.shard(), instance, shard.epoch()) == 1) {
                freed.add(shard.shard());
            }
        }
        return freed;
    }

    @Override
    public void deleteHeartbeat(String instance) {
        jdbc.update(DELETE_HEARTBEAT, instance);
    }

    @Override
    public void deleteDeadHeartbeats() {
        jdbc.update(DELETE_DEAD_HEARTBEATS);
    }

    private static @Nullable Instant nullableInstant(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static Instant requiredInstant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
