package dev.studybuddy.publisher.lease;

import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.outbox.SqlStates;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Stores leases by autocommitted statements in the dialect that CockroachDB and PostgreSQL share. One thread at a time
 * uses it.
 *
 * <p>Another database session may hold a lock on a lease row, for example that of an operator with an open transaction.
 * A statement over several rows waits for such a lock for a second, or for the lock timeout of the connection if that
 * is shorter. If it times out, this class repeats it without the locked rows. The following statements omit locked rows
 * until no row is locked, so a locked row causes no further waits.
 *
 * <p>On CockroachDB, a read of the heartbeats also waits for an open transaction that changed one of them, and for the
 * same time. If it times out, the reads omit locked heartbeats until the next renewal, so a locked heartbeat causes one
 * wait for each renewal.
 */
public final class JdbcLeaseTable implements LeaseTable {

    private static final Logger log = LoggerFactory.getLogger(JdbcLeaseTable.class);
    private static final int LOCK_WAIT_SECONDS = 1;

    private static final String WRITE_HEARTBEAT = """
        INSERT INTO outbox_publisher (id, address, success_at, fit_since)
        VALUES (?, ?,
          COALESCE(now() - CAST(? AS BIGINT) * INTERVAL '1 millisecond', '1970-01-01 00:00:00+00'),
          now() - CAST(? AS BIGINT) * INTERVAL '1 millisecond')
        ON CONFLICT (id) DO UPDATE SET seen_at = now(), address = excluded.address,
          success_at = excluded.success_at, fit_since = excluded.fit_since
        RETURNING now()\
        """;
    private static final String CONDITION = "{condition}";
    private static final String OWNED = "owner = ? AND expires_at > now()";
    private static final String EXPIRED = "shard = ANY (?) AND expires_at < now()";
    private static final String UNLOCKED =
            "shard IN (SELECT shard FROM outbox_shard_lease WHERE {condition} FOR UPDATE SKIP LOCKED)";
    private static final String RENEW = """
        UPDATE outbox_shard_lease SET expires_at = now() + ? * INTERVAL '1 millisecond'
        WHERE {condition}
        RETURNING shard, epoch, sweep_requested_at, now()\
        """;
    private static final String TAKE = """
        UPDATE outbox_shard_lease
        SET owner = ?, epoch = epoch + 1, expires_at = now() + ? * INTERVAL '1 millisecond'
        WHERE {condition}
        RETURNING shard, epoch, sweep_requested_at\
        """;
    private static final String ROWS =
            "SELECT shard, owner, epoch, expires_at < now() FROM outbox_shard_lease ORDER BY shard";
    private static final String UNLOCKED_ROWS = ROWS + " FOR UPDATE SKIP LOCKED";
    private static final String LIVE = """
        SELECT id, address, CAST(EXTRACT(EPOCH FROM now() - success_at) * 1000 AS BIGINT),
          CAST(EXTRACT(EPOCH FROM now() - fit_since) * 1000 AS BIGINT)
        FROM outbox_publisher
        WHERE seen_at > now() - ? * INTERVAL '1 millisecond' ORDER BY id\
        """;
    /** The locks are shared, so that instances that read at the same time omit no heartbeats because of each other. */
    private static final String UNLOCKED_LIVE = LIVE + " FOR SHARE SKIP LOCKED";
    /** The last parameters are the shards and the epochs of the leases, their owner, and the shards again. */
    private static final String OF_EPOCHS = """
        FROM (SELECT unnest(CAST(? AS SMALLINT[])) AS shard, unnest(CAST(? AS BIGINT[])) AS epoch) AS k
        WHERE l.shard = k.shard AND l.epoch = k.epoch AND l.shard IN (
          SELECT shard FROM outbox_shard_lease WHERE owner = ? AND shard = ANY (?) FOR UPDATE SKIP LOCKED)
        RETURNING l.shard\
        """;

    private static final String HAND_OVER = """
        UPDATE outbox_shard_lease AS l
        SET owner = ?, epoch = l.epoch + 1, expires_at = now() + ? * INTERVAL '1 millisecond'
        """ + OF_EPOCHS;
    private static final String FREE = """
        UPDATE outbox_shard_lease AS l SET owner = NULL, expires_at = '1970-01-01 00:00:00+00'
        """ + OF_EPOCHS;
    private static final String DELETE_HEARTBEAT = """
        DELETE FROM outbox_publisher
        WHERE id IN (SELECT id FROM outbox_publisher WHERE id = ? FOR UPDATE SKIP LOCKED)\
        """;
    private static final String DELETE_DEAD_HEARTBEATS =
            "DELETE FROM outbox_publisher WHERE seen_at < now() - INTERVAL '1 hour'";

    private final JdbcTemplate jdbc;
    private final JdbcTemplate shortWaitJdbc;
    private final long ttlMillis;
    private final long liveMillis;
    private boolean omitsLockedRows;
    private boolean omitsLockedHeartbeats;
    private boolean mayWaitForHeartbeats = true;

    /**
     * @param ttl the duration of a lease after a renewal
     * @param liveWithin the highest age of the heartbeat of a live instance
     */
    public JdbcLeaseTable(JdbcTemplate jdbc, Duration ttl, Duration liveWithin) {
        this.jdbc = jdbc;
        this.shortWaitJdbc = new JdbcTemplate(Objects.requireNonNull(jdbc.getDataSource()));
        this.shortWaitJdbc.setQueryTimeout(LOCK_WAIT_SECONDS);
        this.ttlMillis = ttl.toMillis();
        this.liveMillis = liveWithin.toMillis();
    }

    @Override
    public @Nullable Instant writeHeartbeat(String instance, @Nullable String address, Fitness fitness) {
        Duration sinceSuccess = fitness.sinceSuccess();
        try {
            return shortWaitJdbc.queryForObject(
                    WRITE_HEARTBEAT,
                    (row, n) -> requiredInstant(row, 1),
                    instance,
                    address,
                    sinceSuccess == null ? null : sinceSuccess.toMillis(),
                    fitness.fitFor().toMillis());
        } catch (DataAccessException e) {
            if (!SqlStates.isTimeout(e)) {
                throw e;
            }
            log.atDebug().setCause(e).log("The heartbeat timed out");
            return null;
        }
    }

    @Override
    public Renewal renew(String instance) {
        boolean omittedBefore = omitsLockedRows;
        mayWaitForHeartbeats = true;
        List<Instant> now = new ArrayList<>(1);
        List<OwnedLease> renewed = runWithoutLongWait((template, form) -> template.query(
                RENEW.replace(CONDITION, form.apply(OWNED)),
                (row, n) -> {
                    if (n == 0) {
                        now.add(requiredInstant(row, 4));
                    }
                    return new OwnedLease(row.getInt(1), row.getLong(2), nullableInstant(row, 3));
                },
                ttlMillis,
                instance));
        Set<Integer> locked = omitsLockedRows ? lockedShards(instance, renewed) : Set.of();
        if (omittedBefore && locked.isEmpty()) {
            omitsLockedRows = false;
            log.atInfo().log("No lease row is locked any more; all leases are renewed again");
        }
        return new Renewal(now.isEmpty() ? null : now.getFirst(), renewed, locked);
    }

    /**
     * Returns the shards whose rows were locked during the renewal. If an unexpired lease of this instance was not
     * renewed, its row was locked then, even if it can be read now.
     */
    private Set<Integer> lockedShards(String instance, List<OwnedLease> renewed) {
        Set<Integer> locked = IntStream.range(0, Shards.COUNT).boxed().collect(Collectors.toCollection(HashSet::new));
        rows().stream()
                .filter(row -> row.expired() || !instance.equals(row.owner()))
                .map(Row::shard)
                .forEach(locked::remove);
        renewed.stream().map(OwnedLease::shard).forEach(locked::remove);
        return Set.copyOf(locked);
    }

    @Override
    public List<OwnedLease> take(String instance, List<Integer> shards) {
        return runWithoutLongWait((template, form) -> template.query(
                TAKE.replace(CONDITION, form.apply(EXPIRED)),
                statement -> {
                    statement.setString(1, instance);
                    statement.setLong(2, ttlMillis);
                    statement.setArray(
                            3, statement.getConnection().createArrayOf("int8", shards.toArray(Integer[]::new)));
                },
                (row, n) -> new OwnedLease(row.getInt(1), row.getLong(2), nullableInstant(row, 3))));
    }

    @Override
    public List<Row> rows() {
        return runWithoutLongWait((template, form) -> template.query(
                omitsLockedRows ? UNLOCKED_ROWS : ROWS,
                (row, n) -> new Row(row.getInt(1), row.getString(2), row.getLong(3), row.getBoolean(4))));
    }

    /**
     * A statement runs on a template, with its condition in one of two forms: over all rows, or without locked rows.
     */
    @FunctionalInterface
    private interface Statement<T> {
        T run(JdbcTemplate template, UnaryOperator<String> form);
    }

    private <T> T runWithoutLongWait(Statement<T> statement) {
        if (!omitsLockedRows) {
            try {
                return statement.run(shortWaitJdbc, UnaryOperator.identity());
            } catch (DataAccessException e) {
                if (!SqlStates.isTimeout(e)) {
                    throw e;
                }
                omitsLockedRows = true;
                log.atWarn()
                        .setCause(e)
                        .log("A statement on the leases timed out; another database session may hold a lock on a lease"
                                + " row. The statements omit locked rows until none is left, and the next renewals"
                                + " report the shards of rows that stay locked");
            }
        }
        return statement.run(shortWaitJdbc, JdbcLeaseTable::unlocked);
    }

    private static String unlocked(String condition) {
        return UNLOCKED.replace(CONDITION, condition);
    }

    @Override
    public List<Member> live() {
        if (!mayWaitForHeartbeats) {
            return members(UNLOCKED_LIVE);
        }
        try {
            List<Member> live = members(LIVE);
            if (omitsLockedHeartbeats) {
                omitsLockedHeartbeats = false;
                log.atInfo().log("No heartbeat row is locked any more; every live instance counts again");
            }
            return live;
        } catch (DataAccessException e) {
            if (!SqlStates.isTimeout(e)) {
                throw e;
            }
            mayWaitForHeartbeats = false;
            if (!omitsLockedHeartbeats) {
                omitsLockedHeartbeats = true;
                log.atWarn()
                        .setCause(e)
                        .log("A read of the heartbeats timed out; another database session may hold a lock on a"
                                + " heartbeat row. An instance whose heartbeat row is locked does not count as live");
            }
            return members(UNLOCKED_LIVE);
        }
    }

    private List<Member> members(String sql) {
        return shortWaitJdbc.query(
                sql,
                (row, n) -> new Member(row.getString(1), row.getString(2), fitness(row.getObject(3), row.getObject(4))),
                liveMillis);
    }

    private static Fitness fitness(@Nullable Object sinceSuccessMillis, @Nullable Object fitForMillis) {
        if (!(sinceSuccessMillis instanceof Number sinceSuccess) || !(fitForMillis instanceof Number fitFor)) {
            return Fitness.ASSUMED;
        }
        return new Fitness(Duration.ofMillis(sinceSuccess.longValue()), Duration.ofMillis(fitFor.longValue()));
    }

    @Override
    public List<Integer> handOver(String instance, List<ShardEpoch> shards, String successor) {
        List<Integer> moved = shortWaitJdbc.query(
                HAND_OVER,
                statement -> {
                    statement.setString(1, successor);
                    statement.setLong(2, ttlMillis);
                    bindOwned(statement, 3, instance, shards);
                },
                (row, n) -> row.getInt(1));
        return moved.stream().sorted().toList();
    }

    @Override
    public List<Integer> free(String instance, List<ShardEpoch> shards) {
        List<Integer> freed = shortWaitJdbc.query(
                FREE, statement -> bindOwned(statement, 1, instance, shards), (row, n) -> row.getInt(1));
        return freed.stream().sorted().toList();
    }

    /**
     * Binds the parameters of the leases that the instance owns, from the parameter with the number {@code first} on.
     */
    private static void bindOwned(PreparedStatement statement, int first, String instance, List<ShardEpoch> shards)
            throws SQLException {
        Connection connection = statement.getConnection();
        Array numbers = connection.createArrayOf(
                "int2", shards.stream().map(shard -> (short) shard.shard()).toArray(Short[]::new));
        statement.setArray(first, numbers);
        statement.setArray(
                first + 1,
                connection.createArrayOf(
                        "int8", shards.stream().map(ShardEpoch::epoch).toArray(Long[]::new)));
        statement.setString(first + 2, instance);
        statement.setArray(first + 3, numbers);
    }

    @Override
    public boolean deleteHeartbeat(String instance) {
        return jdbc.update(DELETE_HEARTBEAT, instance) > 0;
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
