package dev.studybuddy.publisher.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.dao.QueryTimeoutException;

class LeaseKeeperTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long GUARD = 6_500_000_000L;

    private long now = 5 * SECOND;
    private final OneShard table = new OneShard();
    private final ShardLeases leases = new ShardLeases(() -> now, GUARD);
    private final List<LeaseKeeper.Handover> woken = new ArrayList<>();
    private final LeaseKeeper keeper = new LeaseKeeper(
            new LeaseKeeper.Self("me", null),
            table,
            leases,
            () -> now,
            Duration.ofSeconds(10),
            new Uncounted(),
            woken::add);

    @Test
    void aPausedInstanceSendsNothingAfterItsLeaseExpiredNorWhileTheGuardIsReached() {
        keeper.heartbeat();
        assertThat(leases.maySend(7)).isTrue();

        now += 3_400_000_000L;
        assertThat(leases.maySend(7)).isTrue();
        now += 200_000_000L;
        assertThat(leases.maySend(7)).isFalse();
        now += 20 * SECOND;
        assertThat(leases.maySend(7)).isFalse();

        table.owner = "other";
        keeper.renew();
        assertThat(leases.of(7)).isNull();
    }

    @Test
    void aSlowRenewalDoesNotExtendTrust() {
        keeper.heartbeat();
        table.answersAfter = 3 * SECOND;
        long sent = now;

        keeper.renew();

        assertThat(leases.of(7).trustedUntilNanos()).isEqualTo(sent + 10 * SECOND);
    }

    @Test
    void aShardThatWasHandedToUsIsTrustedFromOurOwnFirstRenewal() {
        table.owner = "me";
        table.epoch = 4;
        table.free = false;
        assertThat(leases.maySend(7)).isFalse();

        keeper.renew();

        assertThat(leases.maySend(7)).isTrue();
        assertThat(leases.of(7).epoch()).isEqualTo(4);
    }

    @Test
    void aStopHandsOnlyDrainedShardsToASuccessorAndWakesIt() {
        keeper.heartbeat();
        table.others.add(new LeaseTable.Member("next", "127.0.0.1:9"));

        keeper.beginLeaving();
        keeper.handOver();
        assertThat(table.owner).isEqualTo("me");
        assertThat(leases.maySend(7)).isFalse();

        leases.drained(7, 1);
        keeper.handOver();
        assertThat(table.owner).isEqualTo("next");
        assertThat(woken).containsExactly(new LeaseKeeper.Handover("127.0.0.1:9", List.of(7)));
        assertThat(leases.owned()).isEmpty();
    }

    @Test
    void aSuccessorThatLooksAroundAtOnceDoesNotHandAShardBackToOneThatLeaves() {
        keeper.heartbeat();
        table.others.add(new LeaseTable.Member("next", null));
        keeper.beginLeaving();
        leases.drained(7, 1);

        keeper.handOver();

        assertThat(table.owner).isEqualTo("next");
        assertThat(table.liveWhenHandedOver)
                .extracting(LeaseTable.Member::id)
                .as("whom the successor's fair share counts")
                .containsExactly("next");
    }

    @Test
    void oneThatHasLeftIsStillKnownByItsPortForAsLongAsALeaseLasts() {
        table.others.add(new LeaseTable.Member("leaving", "127.0.0.1:4711"));
        keeper.heartbeat();
        table.others.clear();

        keeper.heartbeat();
        assertThat(keeper.isPublisher(4711)).isTrue();
        assertThat(keeper.isPublisher(4712)).isFalse();

        now += 11 * SECOND;
        keeper.heartbeat();
        assertThat(keeper.isPublisher(4711)).isFalse();
    }

    @Test
    void aShardThatCameAtTheMomentOfLeavingIsFreed() {
        keeper.heartbeat();
        table.others.add(new LeaseTable.Member("next", null));
        keeper.beginLeaving();
        leases.drained(7, 1);
        keeper.handOver();
        table.owner = "me";
        table.epoch++;

        keeper.leave();

        assertThat(table.free).isTrue();
    }

    @Test
    void aShardThatIsNotDrainedAtTheEndIsKeptUntilItExpires() {
        keeper.heartbeat();
        keeper.beginLeaving();

        keeper.leave();

        assertThat(table.owner).isEqualTo("me");
        assertThat(table.free).isFalse();
    }

    @Test
    void aShardThatNobodyIsThereToTakeIsServedOn() {
        keeper.heartbeat();
        leases.drain(List.of(7));
        leases.drained(7, 1);

        keeper.handOver();

        assertThat(table.owner).isEqualTo("me");
        assertThat(leases.maySend(7)).isTrue();
    }

    @Test
    void aShardWhoseHandOverHasNoAnswerIsNotServedUntilARenewalBringsItBack() {
        keeper.heartbeat();
        table.others.add(new LeaseTable.Member("next", null));
        leases.drain(List.of(7));
        leases.drained(7, 1);
        table.handOverAnswers = false;

        assertThatThrownBy(keeper::handOver).isInstanceOf(QueryTimeoutException.class);
        table.others.clear();
        keeper.handOver();

        assertThat(table.owner).as("the statement took effect").isEqualTo("next");
        assertThat(leases.maySend(7)).isFalse();
        table.owner = "me";
        keeper.renew();
        assertThat(leases.maySend(7)).as("when the table says that it is ours").isTrue();
    }

    @Test
    void whatIsHandedToOneThatLeavesDrainsAtOnce() {
        keeper.beginLeaving();
        table.owner = "me";
        table.free = false;

        keeper.heartbeat();

        assertThat(leases.maySend(7)).isFalse();
        assertThat(leases.anyDraining()).isTrue();
    }

    private static final class Uncounted implements LeaseListener {
        @Override
        public void taken(int shards) {}

        @Override
        public void lost(int shards) {}
    }

    /** A table with shard 7 alone. */
    private final class OneShard implements LeaseTable {
        @Nullable
        String owner;

        long epoch;
        boolean free = true;
        long answersAfter;
        boolean left;
        boolean handOverAnswers = true;
        List<Member> liveWhenHandedOver = List.of();
        final List<Member> others = new ArrayList<>();

        @Override
        public void beat(String instance, @Nullable String address) {}

        @Override
        public Renewal renew(String instance) {
            now += answersAfter;
            return instance.equals(owner)
                    ? new Renewal(Instant.EPOCH, List.of(new Renewed(7, epoch, null)))
                    : new Renewal(null, List.of());
        }

        @Override
        public List<ShardEpoch> take(String instance, List<Integer> shards) {
            if (!free || !shards.contains(7)) {
                return List.of();
            }
            free = false;
            owner = instance;
            return List.of(new ShardEpoch(7, ++epoch));
        }

        @Override
        public List<Row> rows() {
            return List.of(new Row(7, owner, epoch, free));
        }

        @Override
        public List<Member> live() {
            List<Member> live = new ArrayList<>(others);
            if (!left) {
                live.add(new Member("me", null));
            }
            return live;
        }

        @Override
        public List<Integer> handOver(String instance, List<ShardEpoch> shards, String successor) {
            if (!instance.equals(owner) || !shards.contains(new ShardEpoch(7, epoch))) {
                return List.of();
            }
            liveWhenHandedOver = live();
            owner = successor;
            epoch++;
            if (!handOverAnswers) {
                throw new QueryTimeoutException("no answer");
            }
            return List.of(7);
        }

        @Override
        public List<Integer> release(String instance, List<ShardEpoch> shards) {
            owner = null;
            free = true;
            return List.of(7);
        }

        @Override
        public void leave(String instance) {
            left = true;
        }

        @Override
        public void forgetDead() {}
    }
}
