package dev.studybuddy.publisher.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.testing.OutboxDatabases;
import dev.studybuddy.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class StartingPointsIT {

    private static final Duration TTL = Duration.ofSeconds(10);

    @Test
    void onlyTheOwnerInItsEpochWritesAStartingPoint() {
        try (TestDatabase database = OutboxDatabases.newDatabase()) {
            JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
            StartingPoints points = new JdbcStartingPoints(jdbc);
            List<LeaseTable.OwnedLease> taken = new JdbcLeaseTable(jdbc, TTL, TTL).take("owner", List.of(7, 3));
            long epoch = taken.getFirst().epoch();
            Instant past = Instant.now().minusSeconds(600).truncatedTo(ChronoUnit.MICROS);
            assertThat(points.read(List.of(3, 7))).isEmpty();

            assertThat(points.write(
                            "owner",
                            List.of(
                                    new StartingPoint(7, epoch, past),
                                    new StartingPoint(3, epoch + 1, past),
                                    new StartingPoint(5, epoch, past))))
                    .isEqualTo(1);
            assertThat(points.write("other", List.of(new StartingPoint(3, epoch, past))))
                    .isZero();

            assertThat(points.read(List.of(3, 5, 7))).isEqualTo(Map.of(7, past));
            assertThat(points.read(List.of(3))).isEmpty();
        }
    }

    @Test
    void aLockedLeaseRowPreventsNoOtherWriteOfAStartingPoint() throws SQLException {
        try (TestDatabase database = OutboxDatabases.newDatabase();
                Connection operator = database.dataSource().getConnection();
                Statement statement = operator.createStatement()) {
            JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
            StartingPoints points = new JdbcStartingPoints(jdbc);
            new JdbcLeaseTable(jdbc, TTL, TTL).take("owner", List.of(3, 7));
            Instant past = Instant.now().minusSeconds(600).truncatedTo(ChronoUnit.MICROS);
            List<StartingPoint> both = List.of(new StartingPoint(3, 1, past), new StartingPoint(7, 1, past));
            operator.setAutoCommit(false);
            statement.executeUpdate("UPDATE outbox_shard_lease SET sweep_requested_at = now() WHERE shard = 3");

            assertThat(points.write("owner", both)).isOne();

            assertThat(points.read(List.of(3, 7))).isEqualTo(Map.of(7, past));
            operator.rollback();
            assertThat(points.write("owner", both)).isEqualTo(2);
        }
    }

    @Test
    void aTimeOutsideTheUsualYearsPreventsNoOtherWriteOfAStartingPoint() {
        try (TestDatabase database = OutboxDatabases.newDatabase()) {
            JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
            StartingPoints points = new JdbcStartingPoints(jdbc);
            List<Integer> shards = List.of(3, 4, 5, 6, 7);
            new JdbcLeaseTable(jdbc, TTL, TTL).take("owner", shards);
            Instant past = Instant.now().minusSeconds(600).truncatedTo(ChronoUnit.MICROS);
            jdbc.update("UPDATE outbox_shard_lease SET read_from = now() WHERE shard = 3");

            assertThat(points.write(
                            "owner",
                            List.of(
                                    new StartingPoint(3, 1, Instant.parse("-4712-11-24T00:00:00Z")),
                                    new StartingPoint(4, 1, Instant.MIN),
                                    new StartingPoint(5, 1, Instant.parse("+290000-01-01T00:00:00Z")),
                                    new StartingPoint(6, 1, Instant.MAX),
                                    new StartingPoint(7, 1, past))))
                    .isEqualTo(5);

            Map<Integer, Instant> read = points.read(shards);
            assertThat(read).containsOnlyKeys(5, 6, 7).containsEntry(7, past);
            assertThat(read.get(5)).isEqualTo(read.get(6)).isAfter(past);
        }
    }

    @Test
    void aStartingPointInTheFutureIsReadAsThePresentTime() {
        try (TestDatabase database = OutboxDatabases.newDatabase()) {
            JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
            jdbc.update("UPDATE outbox_shard_lease SET read_from = now() + INTERVAL '1 hour' WHERE shard = 3");

            assertThat(new JdbcStartingPoints(jdbc).read(List.of(3)).get(3))
                    .isBefore(Instant.now().plusSeconds(60));
        }
    }
}
