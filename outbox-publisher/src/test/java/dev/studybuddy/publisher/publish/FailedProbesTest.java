package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.ordering.Aggregate;
import org.junit.jupiter.api.Test;

/** This test lets probes fail until another aggregate is the probe. */
class FailedProbesTest extends BlockedDestinationsFixture {

    @Test
    void afterFiveFailuresOfAProbeAnotherAggregateIsTheProbeAtOnce() {
        blockPartition(A0, 0);
        blocked.recordSkipped(row(B0));

        failProbes(A0, 4);
        assertThat(begin(100 * SECOND).probes()).containsExactly(new BlockedDestinations.ProbedAggregate(A0, 1));
        assertThat(blocked.failedSends().isFailedProbe(A0)).isFalse();
        blockPartition(A0, 100 * SECOND);

        assertThat(begin(100 * SECOND).probes()).containsExactly(new BlockedDestinations.ProbedAggregate(B0, 1));
        assertThat(blocked.keepsOut(A0)).isTrue();
        assertThat(blocked.keepsOut(B0)).isFalse();
        assertThat(blocked.failedSends().isFailedProbe(A0)).isTrue();
        blocked.recordAcknowledgement(B0, 100 * SECOND, ended -> {});
        assertThat(blocked.isBlocked(A0)).isFalse();
    }

    @Test
    void theProbeStaysIfNoOtherAggregateWaits() {
        blockPartition(A0, 0);

        failProbes(A0, 7);

        assertThat(begin(100 * SECOND).probes()).containsExactly(new BlockedDestinations.ProbedAggregate(A0, 1));
        assertThat(blocked.isProbing(A0)).isTrue();
    }

    @Test
    void theFailuresOfAnAggregateCountAlthoughOthersAreAcknowledged() {
        for (int n = 0; n < 6; n++) {
            assertThat(blocked.failedSends().isSentInIsolation(A0)).isEqualTo(n >= 2);
            assertThat(blocked.failedSends().isFailedProbe(A0)).isFalse();
            blocked.block(Destination.topic("todo"), row(A0), true, n * SECOND, "not accepted");
            blocked.recordAcknowledgement(A1, n * SECOND, ended -> {});
            assertThat(blocked.isBlocked(A0)).isFalse();
        }

        assertThat(blocked.failedSends().isFailedProbe(A0)).isTrue();
    }

    @Test
    void aProbeThatCannotBeReadIsReplacedAndIsNoFailedProbe() {
        blockPartition(A0, 0);
        blocked.recordSkipped(row(B0));
        for (int n = 0; n < 5; n++) {
            begin(100 * SECOND);
            blocked.recordUnreadableProbe(A0, n * SECOND);
        }

        assertThat(begin(100 * SECOND).probes()).containsExactly(new BlockedDestinations.ProbedAggregate(B0, 1));
        assertThat(blocked.failedSends().isFailedProbe(A0)).isFalse();
    }

    @Test
    void noAggregateOfALostShardAndNoFailedProbeIsTheNextProbe() {
        Aggregate c0 = new Aggregate(4, "todo", "c0");
        blockPartition(A0, 0);
        blocked.recordSkipped(row(B0));
        blocked.removeShard(B0.shard());
        failProbes(A0, 5);
        blocked.recordSkipped(row(c0));
        failProbes(A0, 1);
        blocked.recordSkipped(row(A0));

        failProbes(c0, 6);

        assertThat(begin(100 * SECOND).probes()).containsExactly(new BlockedDestinations.ProbedAggregate(c0, 1));
    }

    @Test
    void anAcknowledgementOfAnAggregateEndsTheRecordOfItsFailedSends() {
        blockPartition(A0, 0);
        blocked.recordSkipped(row(B0));
        failProbes(A0, 5);
        assertThat(blocked.failedSends().isFailedProbe(A0)).isTrue();

        blocked.recordAcknowledgement(A0, 100 * SECOND, ended -> {});

        assertThat(blocked.failedSends().isFailedProbe(A0)).isFalse();
    }

    @Test
    void aProbeThatTheDatabaseCannotReturnCountsAsAFailedOne() {
        blockPartition(A0, 0);
        begin(SECOND);

        blocked.recordUnreadableProbe(A0, SECOND);

        assertThat(begin(2 * SECOND - 1).probes()).isEmpty();
        assertThat(begin(3 * SECOND).probes()).containsExactly(new BlockedDestinations.ProbedAggregate(A0, 1));
    }
}
