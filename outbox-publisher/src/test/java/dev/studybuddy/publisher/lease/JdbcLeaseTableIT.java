package dev.studybuddy.publisher.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.testing.OutboxDatabases;
import dev.studybuddy.testkit.TestDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

class JdbcLeaseTableIT {

    private static final Duration TTL = Duration.ofSeconds(10);
    private static final Duration GUARD = Duration.ofMillis(6_500);
    private static final Fitness FIT = new Fitness(Duration.ZERO, Duration.ofMinutes(1));
    private static final List<Integer> ALL = IntStream.range(0, 64).boxed().toList();

    private final TestDatabase database = OutboxDatabases.newDatabase();
    private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
    private final LeaseTable table = new JdbcLeaseTable(jdbc, TTL, Duration.ofSeconds(5));

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void theHeartbeatRowsCarryTheFitnessOfEachInstance() {
        jdbc.update("INSERT INTO outbox_publisher (id, address) VALUES ('former-version', 'a:1')");
        table.writeHeartbeat("fit", "a:2", new Fitness(Duration.ofSeconds(2), Duration.ofSeconds(30)));
        table.writeHeartbeat("never-fit", null, Fitness.NEVER);
        assertThat(table.writeHeartbeat("unfit", null, new Fitness(Duration.ofSeconds(11), Duration.ZERO)))
                .isNotNull();

        List<LeaseTable.Member> live = table.live();

        assertThat(live)
                .extracting(LeaseTable.Member::id)
                .containsExactly("fit", "former-version", "never-fit", "unfit");
        assertThat(live).extracting(member -> member.fitness().isFit()).containsExactly(true, true, false, false);
        assertThat(live.getFirst().fitness().sinceSuccess()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(5));
        assertThat(live.getFirst().fitness().fitFor()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(33));
    }

    @Test
    void aLaterHeartbeatReplacesTheFitness() {
        table.writeHeartbeat("one", null, Fitness.NEVER);
        table.writeHeartbeat("one", null, new Fitness(Duration.ZERO, Duration.ZERO));

        assertThat(table.live())
                .singleElement()
                .satisfies(member -> assertThat(member.fitness().isFit()).isTrue());
    }

    @Test
    void aTakenLeaseContainsTheLastSweepRequest() {
        jdbc.update("UPDATE outbox_shard_lease SET sweep_requested_at = '2026-11-23 10:00:00+00' WHERE shard = 3");

        assertThat(table.take("me", List.of(3, 4)))
                .containsExactlyInAnyOrder(
                        new LeaseTable.OwnedLease(3, 1, Instant.parse("2026-11-23T10:00:00Z")),
                        new LeaseTable.OwnedLease(4, 1, null));
    }

    /** The connections have the lock timeout of half a second that the program sets on CockroachDB, or none. */
    @ParameterizedTest
    @ValueSource(strings = {"500ms", "0"})
    void aRenewalKeepsTheOtherShardsWhileARowIsLocked(String lockTimeout) throws SQLException {
        LeaseTable table = new JdbcLeaseTable(new JdbcTemplate(withLockTimeout(lockTimeout)), TTL, TTL);
        assertThat(table.take("me", ALL)).hasSize(64);
        assertThat(table.renew("me").locked()).isEmpty();
        try (Connection operator = database.dataSource().getConnection();
                Statement statement = operator.createStatement()) {
            operator.setAutoCommit(false);
            statement.executeUpdate("UPDATE outbox_shard_lease SET sweep_requested_at = now() WHERE shard = 3");

            LeaseTable.Renewal first = table.renew("me");
            LeaseTable.Renewal second = table.renew("me");

            for (LeaseTable.Renewal renewal : List.of(first, second)) {
                assertThat(renewal.leases()).hasSize(63).noneMatch(lease -> lease.shard() == 3);
                assertThat(renewal.locked()).containsExactly(3);
                assertThat(renewal.databaseNow()).isNotNull();
            }
            assertThat(table.rows()).hasSize(63);
            assertThat(table.handOver("me", List.of(new ShardEpoch(3, 1), new ShardEpoch(4, 1)), "next"))
                    .containsExactly(4);
            assertThat(table.free("me", List.of(new ShardEpoch(3, 1), new ShardEpoch(5, 1))))
                    .containsExactly(5);
            assertThat(table.take("other", ALL)).containsExactly(new LeaseTable.OwnedLease(5, 2, null));
            operator.commit();
        }

        LeaseTable.Renewal after = table.renew("me");
        assertThat(after.leases()).hasSize(62).anyMatch(lease -> lease.shard() == 3);
        assertThat(after.locked()).isEmpty();
        assertThat(table.rows()).hasSize(64);
    }

    @Test
    void aHandOverOfManyShardsKeepsTheTrustInTheOthersOnASlowDatabase() {
        AtomicLong nowNanos = new AtomicLong();
        ShardLeases leases = new ShardLeases(nowNanos::get, GUARD.toNanos());
        LeaseTable slowTable = new JdbcLeaseTable(
                new JdbcTemplate(onConnection(
                        connection -> nowNanos.addAndGet(Duration.ofMillis(200).toNanos()))),
                TTL,
                TTL);
        LeaseKeeper keeper = new LeaseKeeper(
                new LeaseKeeper.Identity("me", null, () -> FIT),
                slowTable,
                leases,
                nowNanos::get,
                TTL,
                new NoOpLeaseListener(),
                handover -> {});
        keeper.renewAndBalance();
        table.writeHeartbeat("next", null, FIT);
        keeper.renewAndBalance();
        assertThat(leases.owned()).filteredOn(Lease::draining).hasSize(32);
        leases.owned().forEach(lease -> leases.confirmDrained(lease.shard(), lease.epoch()));

        keeper.handOver();

        assertThat(leases.owned()).hasSize(32).allMatch(lease -> leases.maySend(lease.shard()));
        assertThat(table.renew("next").leases()).hasSize(32).allMatch(lease -> lease.epoch() == 2);
    }

    @Test
    void aLockedHeartbeatPreventsNoTakeOverAndDoesNotCountAsLive() throws SQLException {
        HeartbeatReads reads = new HeartbeatReads(database.dataSource());
        LeaseTable table = new JdbcLeaseTable(new JdbcTemplate(reads), TTL, TTL);
        ShardLeases leases = new ShardLeases(() -> 0, GUARD.toNanos());
        LeaseKeeper keeper = new LeaseKeeper(
                new LeaseKeeper.Identity("me", null, () -> FIT),
                table,
                leases,
                () -> 0,
                TTL,
                new NoOpLeaseListener(),
                handover -> {});
        table.writeHeartbeat("locked", null, FIT);
        table.writeHeartbeat("other", null, FIT);
        try (Connection operator = database.dataSource().getConnection();
                Statement statement = operator.createStatement()) {
            operator.setAutoCommit(false);
            statement.executeUpdate("UPDATE outbox_publisher SET address = 'a:1' WHERE id = 'locked'");
            reads.blocked = true;

            keeper.renewAndBalance();

            assertThat(leases.owned()).as("the half of two live instances").hasSize(32);
            assertThat(table.live()).extracting(LeaseTable.Member::id).containsExactly("me", "other");
            assertThat(reads.timeouts).as("the waits since the renewal").isOne();
            keeper.renew();
            assertThat(table.live()).extracting(LeaseTable.Member::id).containsExactly("me", "other");
            assertThat(reads.timeouts).isEqualTo(2);
            operator.rollback();
            reads.blocked = false;
        }

        keeper.renew();
        assertThat(table.live()).extracting(LeaseTable.Member::id).containsExactly("locked", "me", "other");
    }

    @Test
    void onlyLeasesInTheirEpochAreHandedOverOrFreed() {
        table.take("me", List.of(1, 2, 3, 4));
        table.take("other", List.of(5));

        assertThat(table.handOver("me", epochs(1, 1, 2, 9, 5, 1), "next")).containsExactly(1);
        assertThat(table.free("me", epochs(1, 1, 3, 9, 4, 1, 5, 1))).containsExactly(4);

        assertThat(table.rows().subList(1, 6))
                .extracting(LeaseTable.Row::owner)
                .containsExactly("next", "me", "me", null, "other");
        assertThat(table.rows().get(4).expired()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"500ms", "0"})
    void aLockedHeartbeatIsNeitherWrittenNorDeleted(String lockTimeout) throws SQLException {
        LeaseTable table = new JdbcLeaseTable(new JdbcTemplate(withLockTimeout(lockTimeout)), TTL, TTL);
        table.writeHeartbeat("me", null, FIT);
        try (Connection operator = database.dataSource().getConnection();
                Statement statement = operator.createStatement()) {
            operator.setAutoCommit(false);
            statement.executeUpdate("UPDATE outbox_publisher SET address = 'a:1' WHERE id = 'me'");

            assertThat(table.writeHeartbeat("me", null, FIT)).isNull();
            assertThat(table.deleteHeartbeat("me")).isFalse();
            operator.commit();
        }

        assertThat(table.writeHeartbeat("me", null, FIT)).isNotNull();
        assertThat(table.deleteHeartbeat("me")).isTrue();
        assertThat(table.live()).isEmpty();
    }

    private static List<ShardEpoch> epochs(int... shardsAndEpochs) {
        List<ShardEpoch> epochs = new ArrayList<>();
        for (int n = 0; n < shardsAndEpochs.length; n += 2) {
            epochs.add(new ShardEpoch(shardsAndEpochs[n], shardsAndEpochs[n + 1]));
        }
        return epochs;
    }

    private DataSource withLockTimeout(String lockTimeout) {
        return onConnection(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET lock_timeout = '" + lockTimeout + "'");
            }
        });
    }

    @FunctionalInterface
    private interface ConnectionAction {
        void run(Connection connection) throws SQLException;
    }

    /** Returns a source that runs an action for each connection. Each statement gets a connection of its own. */
    private DataSource onConnection(ConnectionAction action) {
        return new DelegatingDataSource(database.dataSource()) {
            @Override
            public Connection getConnection() throws SQLException {
                Connection connection = super.getConnection();
                action.run(connection);
                return connection;
            }
        };
    }

    /**
     * Fails each read of the heartbeats that does not omit locked rows, while a test sets {@link #blocked}. On
     * CockroachDB, such a read times out while an open transaction has changed a heartbeat.
     */
    private static final class HeartbeatReads extends DelegatingDataSource {

        private boolean blocked;
        private int timeouts;

        HeartbeatReads(DataSource delegate) {
            super(delegate);
        }

        @Override
        public Connection getConnection() throws SQLException {
            Connection connection = super.getConnection();
            return (Connection) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                        if (blocked
                                && method.getName().equals("prepareStatement")
                                && waitsForLocks((String) arguments[0])) {
                            timeouts++;
                            throw new SQLException("The test fails this read", "55P03");
                        }
                        try {
                            return method.invoke(connection, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        private static boolean waitsForLocks(String sql) {
            return sql.startsWith("SELECT") && sql.contains("FROM outbox_publisher") && !sql.contains("SKIP LOCKED");
        }
    }
}
