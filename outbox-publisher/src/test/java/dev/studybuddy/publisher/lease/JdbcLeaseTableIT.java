package dev.studybuddy.publisher.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.testing.OutboxDatabases;
import dev.studybuddy.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
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

    /** The connections have a lock timeout on CockroachDB, which is shorter than the wait of a statement, or none. */
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
            assertThat(table.take("other", ALL)).containsExactly(new ShardEpoch(5, 2));
            operator.commit();
        }

        LeaseTable.Renewal after = table.renew("me");
        assertThat(after.leases()).hasSize(62).anyMatch(lease -> lease.shard() == 3);
        assertThat(after.locked()).isEmpty();
        assertThat(table.rows()).hasSize(64);
    }

    private DataSource withLockTimeout(String lockTimeout) {
        return new DelegatingDataSource(database.dataSource()) {
            @Override
            public Connection getConnection() throws SQLException {
                Connection connection = super.getConnection();
                try (Statement statement = connection.createStatement()) {
                    statement.execute("SET lock_timeout = '" + lockTimeout + "'");
                }
                return connection;
            }
        };
    }
}
