package dev.studybuddy.publisher.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.dao.QueryTimeoutException;

class LeaseKeeperTest {

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long GUARD_NANOS = 6_500_000_000L;

    private static final Fitness FIT = new Fitness(Duration.ZERO, Duration.ofMinutes(1));

    private long now = 5 * SECOND_NANOS;
    private Fitness fitness = FIT;
    private final OneShardTable table = new OneShardTable();
    private final ShardLeases leases = new ShardLeases(() -> now, GUARD_NANOS);
    private final List<LeaseKeeper.Handover> wakeUps = new ArrayList<>();
    private final ShardCounts counts = new ShardCounts();
    private final LeaseKeeper keeper = new LeaseKeeper(
            new LeaseKeeper.Identity("me", null, () -> fitness),
            table,
            leases,
            () -> now,
            Duration.ofSeconds(10),
            counts,
            wakeUps::add);

    @Test
    void aFrozenInstanceSendsNothingFromTheStartOfTheGuardOn() {
        keeper.renewAndBalance();
        assertThat(leases.maySend(7)).isTrue();

        now += 3_400_000_000L;
        assertThat(leases.maySend(7)).isTrue();
        now += 200_000_000L;
        assertThat(leases.maySend(7)).isFalse();
        now += 20 * SECOND_NANOS;
        assertThat(leases.maySend(7)).isFalse();

        table.owner = "other";
        keeper.renew();
        assertThat(leases.of(7)).isNull();
    }

    @Test
    void aSlowRenewalDoesNotExtendTrust() {
        keeper.renewAndBalance();
        table.beforeRenewal = () -> now += 3 * SECOND_NANOS;
        long sentAt = now;

        keeper.renew();

        assertThat(leases.of(7).trustedUntilNanos()).isEqualTo(sentAt + 10 * SECOND_NANOS);
    }

    @Test
    void aTakenShardHasTheLastSweepRequestBeforeItsFirstRenewal() {
        table.sweepRequestedAt = Instant.parse("2026-11-23T10:00:00Z");

        keeper.balance();

        assertThat(leases.of(7).sweepRequestedAt()).isEqualTo(table.sweepRequestedAt);
    }

    @Test
    void aReceivedShardIsTrustedFromTheFirstOwnRenewal() {
        table.owner = "me";
        table.epoch = 4;
        table.free = false;
        assertThat(leases.maySend(7)).isFalse();

        keeper.renew();

        assertThat(leases.maySend(7)).isTrue();
        assertThat(leases.of(7).epoch()).isEqualTo(4);
    }

    @Test
    void aGracefulStopHandsOverOnlyDrainedShardsAndWakesTheSuccessor() {
        keeper.renewAndBalance();
        table.others.add(new LeaseTable.Member("next", "127.0.0.1:9", FIT));

        keeper.beginLeaving();
        keeper.handOver();
        assertThat(table.owner).isEqualTo("me");
        assertThat(leases.maySend(7)).isFalse();

        leases.confirmDrained(7, 1);
        keeper.handOver();
        assertThat(table.owner).isEqualTo("next");
        assertThat(wakeUps).containsExactly(new LeaseKeeper.Handover("127.0.0.1:9", List.of(7)));
        assertThat(leases.owned()).isEmpty();
    }

    @Test
    void aSuccessorNeverHandsAShardBackToALeavingInstance() {
        keeper.renewAndBalance();
        table.others.add(new LeaseTable.Member("next", null, FIT));
        keeper.beginLeaving();
        leases.confirmDrained(7, 1);

        keeper.handOver();

        assertThat(table.owner).isEqualTo("next");
        assertThat(table.liveWhenHandedOver)
                .extracting(LeaseTable.Member::id)
                .as("the instances that the successor counts for its fair share")
                .containsExactly("next");
    }

    @Test
    void theAddressOfADepartedPublisherIsKeptForOneLeaseTtl() {
        table.others.add(new LeaseTable.Member("leaving", "127.0.0.1:4711", FIT));
        keeper.renewAndBalance();
        table.others.clear();

        keeper.renewAndBalance();
        assertThat(keeper.publisherAddresses()).containsExactly("127.0.0.1:4711");

        now += 11 * SECOND_NANOS;
        keeper.renewAndBalance();
        assertThat(keeper.publisherAddresses()).isEmpty();
    }

    @Test
    void aShardReceivedWhileLeavingIsFreed() {
        keeper.renewAndBalance();
        table.others.add(new LeaseTable.Member("next", null, FIT));
        keeper.beginLeaving();
        leases.confirmDrained(7, 1);
        keeper.handOver();
        table.owner = "me";
        table.epoch++;

        keeper.leave();

        assertThat(table.free).isTrue();
    }

    @Test
    void aLeavingInstanceFreesNoUndrainedShard() {
        keeper.renewAndBalance();
        keeper.beginLeaving();

        keeper.leave();

        assertThat(table.owner).isEqualTo("me");
        assertThat(table.free).isFalse();
    }

    @Test
    void aDrainedShardWithoutASuccessorIsServedAgain() {
        keeper.renewAndBalance();
        leases.drain(List.of(7));
        leases.confirmDrained(7, 1);

        keeper.handOver();

        assertThat(table.owner).isEqualTo("me");
        assertThat(leases.maySend(7)).isTrue();
    }

    @Test
    void aShardWithAnUnknownHandOverOutcomeIsNotServedUntilItIsRenewed() {
        keeper.renewAndBalance();
        table.others.add(new LeaseTable.Member("next", null, FIT));
        leases.drain(List.of(7));
        leases.confirmDrained(7, 1);
        table.handOverIsAnswered = false;

        assertThatThrownBy(keeper::handOver).isInstanceOf(QueryTimeoutException.class);
        table.others.clear();
        keeper.handOver();

        assertThat(table.owner).as("the owner after the statement took effect").isEqualTo("next");
        assertThat(leases.maySend(7)).isFalse();
        table.owner = "me";
        keeper.renew();
        assertThat(leases.maySend(7))
                .as("may send after the table lists this instance as the owner")
                .isTrue();
    }

    @Test
    void aShardReceivedByALeavingInstanceDrainsAtOnce() {
        keeper.beginLeaving();
        table.owner = "me";
        table.free = false;

        keeper.renewAndBalance();

        assertThat(leases.maySend(7)).isFalse();
        assertThat(leases.hasDraining()).isTrue();
    }

    @Test
    void aLeaseWithALockedRowIsUsedUntilItsTrustEndsAndAfterARenewal() {
        keeper.renewAndBalance();
        table.locked = true;

        now += 3 * SECOND_NANOS;
        keeper.renew();
        assertThat(leases.maySend(7)).isTrue();

        now += SECOND_NANOS;
        keeper.renew();
        assertThat(leases.of(7)).isNotNull();
        assertThat(leases.maySend(7)).isFalse();

        table.locked = false;
        keeper.renew();
        assertThat(leases.maySend(7)).isTrue();
    }

    @Test
    void anInstanceWithoutShardsHasTheDatabaseClock() {
        table.free = false;
        table.owner = "other";

        keeper.renewAndBalance();

        assertThat(leases.owned()).isEmpty();
        assertThat(leases.databaseNow()).isEqualTo(Instant.EPOCH);
    }

    @Test
    void anUnfitInstanceTakesNoShardWhileAFitOneIsLive() {
        fitness = Fitness.NEVER;
        table.others.add(new LeaseTable.Member("fit", null, FIT));
        keeper.renewAndBalance();
        assertThat(leases.owned()).isEmpty();

        table.others.clear();
        keeper.renewAndBalance();
        assertThat(leases.maySend(7))
                .as("may send while no fit instance is live")
                .isTrue();
    }

    @Test
    void anUnfitInstanceHandsItsShardOverWithoutItsPublishingThread() {
        keeper.renewAndBalance();
        fitness = new Fitness(Duration.ofSeconds(14), Duration.ZERO);
        table.others.add(new LeaseTable.Member("next", null, FIT));

        keeper.renewAndBalance();
        assertThat(leases.maySend(7)).isFalse();
        assertThat(table.owner).isEqualTo("me");

        now += GUARD_NANOS;
        keeper.renewAndBalance();
        assertThat(table.owner).as("the owner while a send may be in flight").isEqualTo("me");

        now += 1;
        keeper.renewAndBalance();
        assertThat(table.owner).isEqualTo("next");
        assertThat(leases.owned()).isEmpty();
    }

    @Test
    void aFitInstanceWaitsUntilItsPublishingThreadConfirmsADrain() {
        keeper.renewAndBalance();
        table.others.add(new LeaseTable.Member("next", null, FIT));
        leases.drain(List.of(7));

        now += 2 * GUARD_NANOS;
        keeper.handOver();

        assertThat(table.owner).isEqualTo("me");
    }

    @Test
    void aShardWhoseRowStaysLockedIsReportedUntilItIsUnlocked() {
        table.locked = true;
        keeper.renew();
        assertThat(leases.lockedShards()).as("a lock during one renewal").isEmpty();

        keeper.renew();
        assertThat(leases.lockedShards()).containsExactly(7);

        table.locked = false;
        keeper.renew();
        assertThat(leases.lockedShards()).isEmpty();
    }

    @Test
    void aLockedHeartbeatStopsNoHandOver() {
        keeper.renewAndBalance();
        table.others.add(new LeaseTable.Member("next", null, FIT));
        table.heartbeatLocked = true;
        leases.drain(List.of(7));
        leases.confirmDrained(7, 1);

        keeper.renewAndBalance();

        assertThat(table.owner).isEqualTo("next");
    }

    @Test
    void aLeavingInstanceWithALockedHeartbeatFreesShardsUntilItIsDeleted() {
        keeper.renewAndBalance();
        table.others.add(new LeaseTable.Member("next", null, FIT));
        table.heartbeatLocked = true;
        keeper.beginLeaving();
        leases.confirmDrained(7, 1);

        keeper.handOver();
        assertThat(table.owner).isEqualTo("next");
        assertThat(table.heartbeatDeleted).isFalse();

        assertThat(keeper.leave()).as("has left while the heartbeat is locked").isFalse();
        table.owner = "me";
        table.epoch++;
        assertThat(keeper.leave()).isFalse();
        assertThat(table.free)
                .as("the shard that the successor handed back is free")
                .isTrue();

        table.heartbeatLocked = false;
        assertThat(keeper.leave()).isTrue();
        assertThat(table.heartbeatDeleted).isTrue();
    }

    @Test
    void aShardWhoseHandOverFailedIsNotCountedAsTaken() {
        keeper.renewAndBalance();
        table.others.add(new LeaseTable.Member("next", null, FIT));
        leases.drain(List.of(7));
        leases.confirmDrained(7, 1);
        table.handOverLocked = true;

        keeper.handOver();
        assertThat(wakeUps).isEmpty();
        assertThat(leases.owned()).isEmpty();

        keeper.renew();
        assertThat(leases.maySend(7)).isTrue();
        assertThat(counts.taken).isEqualTo(1);
    }

    @Test
    void aShardThatReturnsInANewEpochIsCountedAsTaken() {
        keeper.renewAndBalance();
        table.others.add(new LeaseTable.Member("next", null, FIT));
        leases.drain(List.of(7));
        leases.confirmDrained(7, 1);
        keeper.handOver();
        table.owner = "me";
        table.epoch++;

        keeper.renew();

        assertThat(counts.taken).isEqualTo(2);
    }

    private static final class ShardCounts implements LeaseListener {

        private int taken;

        @Override
        public void countTakenShards(int shards) {
            taken += shards;
        }

        @Override
        public void countLostShards(int shards) {}
    }
}
