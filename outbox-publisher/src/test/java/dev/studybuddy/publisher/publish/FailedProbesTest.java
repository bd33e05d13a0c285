package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.ordering.Aggregate;
import org.junit.jupiter.api.Test;

/** This test lets probes fail until another aggregate is the probe. */
class FailedProbesTest extends UnavailableDestinationsFixture {

    @Test
    void afterFiveFailuresOfAProbeAnotherAggregateIsTheProbeAtOnce() {
        blockPartition(A0, 0);
        destinations.recordSkipped(row(B0));

        failProbes(A0, 4);
        assertThat(begin(100 * SECOND).probes()).containsExactly(new UnavailableDestinations.ProbedAggregate(A0, 1));
        assertThat(destinations.failedSends().isIsolatedFromBlocks(A0)).isFalse();
        blockPartition(A0, 100 * SECOND);

        assertThat(begin(100 * SECOND).probes()).containsExactly(new UnavailableDestinations.ProbedAggregate(B0, 1));
        assertThat(destinations.keepsOut(A0)).isTrue();
        assertThat(destinations.keepsOut(B0)).isFalse();
        assertThat(destinations.failedSends().isIsolatedFromBlocks(A0)).isTrue();
        destinations.recordAcknowledgement(B0, 100 * SECOND, ended -> {});
        assertThat(destinations.isUnavailable(A0)).isFalse();
    }

    @Test
    void theProbeStaysIfNoOtherAggregateWaits() {
        blockPartition(A0, 0);

        failProbes(A0, 7);

        assertThat(begin(100 * SECOND).probes()).containsExactly(new UnavailableDestinations.ProbedAggregate(A0, 1));
        assertThat(destinations.isProbing(A0)).isTrue();
    }

    @Test
    void theFailuresOfAnAggregateCountAlthoughOthersAreAcknowledged() {
        for (int n = 0; n < 6; n++) {
            assertThat(destinations.failedSends().isSentInIsolation(A0)).isEqualTo(n >= 2);
            assertThat(destinations.failedSends().isIsolatedFromBlocks(A0)).isFalse();
            destinations.block(Destination.topic("todo"), row(A0), true, n * SECOND, "not accepted");
            destinations.recordAcknowledgement(A1, n * SECOND, ended -> {});
            assertThat(destinations.isUnavailable(A0)).isFalse();
        }

        assertThat(destinations.failedSends().isIsolatedFromBlocks(A0)).isTrue();
    }

    @Test
    void aProbeThatCannotBeReadIsReplacedAndItsAggregateIsNotIsolatedFromBlocks() {
        blockPartition(A0, 0);
        destinations.recordSkipped(row(B0));
        for (int n = 0; n < 5; n++) {
            begin(100 * SECOND);
            destinations.recordUnsentProbe(A0, n * SECOND);
        }

        assertThat(begin(100 * SECOND).probes()).containsExactly(new UnavailableDestinations.ProbedAggregate(B0, 1));
        assertThat(destinations.failedSends().isIsolatedFromBlocks(A0)).isFalse();
    }

    @Test
    void noAggregateOfALostShardAndNoneThatIsIsolatedFromBlocksIsTheNextProbe() {
        Aggregate c0 = new Aggregate(4, "todo", "c0");
        blockPartition(A0, 0);
        destinations.recordSkipped(row(B0));
        destinations.removeShard(B0.shard());
        failProbes(A0, 5);
        destinations.recordSkipped(row(c0));
        failProbes(A0, 1);
        destinations.recordSkipped(row(A0));

        failProbes(c0, 6);

        assertThat(begin(100 * SECOND).probes()).containsExactly(new UnavailableDestinations.ProbedAggregate(c0, 1));
    }

    @Test
    void anAcknowledgementOfAnAggregateEndsTheRecordOfItsFailedSends() {
        blockPartition(A0, 0);
        destinations.recordSkipped(row(B0));
        failProbes(A0, 5);
        assertThat(destinations.failedSends().isIsolatedFromBlocks(A0)).isTrue();

        destinations.recordAcknowledgement(A0, 100 * SECOND, ended -> {});

        assertThat(destinations.failedSends().isIsolatedFromBlocks(A0)).isFalse();
    }

    @Test
    void aProbeThatTheDatabaseCannotReturnCountsAsAFailedOne() {
        blockPartition(A0, 0);
        begin(SECOND);

        destinations.recordUnsentProbe(A0, SECOND);

        assertThat(begin(2 * SECOND - 1).probes()).isEmpty();
        assertThat(begin(3 * SECOND).probes()).containsExactly(new UnavailableDestinations.ProbedAggregate(A0, 1));
    }
}
