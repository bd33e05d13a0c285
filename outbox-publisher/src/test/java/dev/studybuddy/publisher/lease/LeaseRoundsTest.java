package dev.studybuddy.publisher.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.dao.QueryTimeoutException;

class LeaseRoundsTest {

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final StartingPoint POINT = new StartingPoint(7, 1, Instant.EPOCH);
    private static final Fitness FIT = new Fitness(Duration.ZERO, Duration.ofMinutes(1));

    private long now = 5 * SECOND_NANOS;
    private int heartbeatsSeen;
    private List<StartingPoint> presentPoints = List.of(POINT);
    private final OneShardTable table = new OneShardTable();
    private final ObservedPoints startingPoints = new ObservedPoints();
    private final ShardLeases leases = new ShardLeases(() -> now, 6 * SECOND_NANOS);
    private final LeaseKeeper keeper = new LeaseKeeper(
            new LeaseKeeper.Identity("me", null, () -> FIT),
            table,
            leases,
            () -> now,
            Duration.ofSeconds(10),
            new NoOpLeaseListener(),
            handover -> {});
    private final LeaseRounds rounds = new LeaseRounds(
            keeper,
            new LeaseRounds.Tables("me", table, startingPoints),
            () -> presentPoints,
            () -> heartbeatsSeen++,
            Duration.ofSeconds(1),
            () -> now);

    @Test
    void aHeartbeatIsWrittenInEachInterval() {
        assertThat(rounds.run()).isEqualTo(SECOND_NANOS);

        now += SECOND_NANOS - 1;
        assertThat(rounds.run()).isEqualTo(1);
        assertThat(table.heartbeats).isEqualTo(1);

        now += 1;
        assertThat(rounds.run()).isEqualTo(SECOND_NANOS);
        assertThat(table.heartbeats).isEqualTo(2);
        assertThat(heartbeatsSeen).isEqualTo(2);
    }

    @Test
    void aFailedHeartbeatIsDueAtOnce() {
        table.beforeRenewal = () -> {
            throw new QueryTimeoutException("the database did not answer");
        };
        assertThatThrownBy(rounds::run).isInstanceOf(QueryTimeoutException.class);
        assertThat(heartbeatsSeen).isZero();

        table.beforeRenewal = () -> {};
        rounds.run();

        assertThat(table.heartbeats).isEqualTo(1);
        assertThat(leases.maySend(7)).isTrue();
    }

    @Test
    void aHeartbeatThatIsMadeDueIsWrittenInTheNextRound() {
        rounds.run();

        rounds.makeHeartbeatDue();
        rounds.run();

        assertThat(table.heartbeats).isEqualTo(2);
    }

    @Test
    void aDrainedShardIsHandedOverBetweenHeartbeats() {
        rounds.run();
        table.others.add(new LeaseTable.Member("next", null, FIT));
        leases.drain(List.of(7));
        leases.confirmDrained(7, 1);

        now += SECOND_NANOS / 2;
        rounds.run();

        assertThat(table.owner).isEqualTo("next");
        assertThat(table.heartbeats).isEqualTo(1);
    }

    @Test
    void startingPointsAreWrittenAtMostEveryFiveSeconds() {
        for (int second = 0; second <= 10; second++) {
            rounds.run();
            now += SECOND_NANOS;
        }

        assertThat(table.heartbeats).isEqualTo(11);
        assertThat(startingPoints.written).as("points at 0 s, 5 s and 10 s").containsExactly(POINT, POINT, POINT);
    }

    @Test
    void aWriteWithoutStartingPointsIsOmitted() {
        presentPoints = List.of();

        rounds.run();

        assertThat(startingPoints.writes).isZero();
    }

    @Test
    void deadHeartbeatsAreDeletedEveryTenMinutes() {
        rounds.run();
        now += Duration.ofMinutes(10).toNanos() - 1;
        rounds.run();
        assertThat(table.cleanups).isEqualTo(1);

        now += SECOND_NANOS;
        rounds.run();
        assertThat(table.cleanups).isEqualTo(2);
    }

    private static final class ObservedPoints implements StartingPoints {

        private final List<StartingPoint> written = new ArrayList<>();
        private int writes;

        @Override
        public Map<Integer, Instant> read(Collection<Integer> shards) {
            return Map.of();
        }

        @Override
        public int write(String instance, Collection<StartingPoint> points) {
            writes++;
            written.addAll(points);
            return points.size();
        }
    }
}
