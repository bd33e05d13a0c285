package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** This test blocks partitions, probes them, and ends their blocks. */
class UnavailableDestinationsTest extends UnavailableDestinationsFixture {

    @Test
    void aBlockedPartitionKeepsOutItsRowsOnly() {
        assertThat(blockPartition(A0, 0)).isTrue();
        assertThat(blockPartition(B0, 0)).isFalse();

        assertThat(destinations.keepsOut(A0)).isTrue();
        assertThat(destinations.keepsOut(B0)).isTrue();
        assertThat(destinations.keepsOut(A1)).isFalse();
        assertThat(destinations.partitionReasons()).containsExactly(Map.entry("todo-0", "no leader"));
        assertThat(destinations.topicReasons()).isEmpty();
    }

    @Test
    void oneAggregateIsProbedAfterTheBackoffAndOthersWait() {
        blockPartition(A0, 0);
        destinations.recordSkipped(B0, row(B0).position());

        assertThat(begin(SECOND / 2 - 1).probes()).isEmpty();
        assertThat(begin(SECOND).probes()).containsExactly(new UnavailableDestinations.ProbedAggregate(A0, 1));
        assertThat(destinations.keepsOut(A0)).isFalse();
        assertThat(destinations.keepsOut(B0)).isTrue();
        assertThat(begin(10 * SECOND).probes()).isEmpty();
    }

    @Test
    void aProbeBeginsAtTheLowestVersionThatWaits() {
        blockPartition(A0, 0);
        destinations.recordSkipped(B0, 9L);
        destinations.recordSkipped(B0, 4L);

        destinations.recordSkipped(A0, 0L);

        assertThat(begin(SECOND).probes()).containsExactly(new UnavailableDestinations.ProbedAggregate(A0, 0));
        destinations.recordProbeOnHold(A0, SECOND);
        assertThat(begin(SECOND).probes()).containsExactly(new UnavailableDestinations.ProbedAggregate(B0, 4));
    }

    @Test
    void anAcknowledgedProbeEndsTheBlockAndItsRowsAreReadAgain() {
        blockPartition(A0, 0);
        destinations.recordSkipped(B0, row(B0).position());
        begin(SECOND);
        List<Destination> ended = new ArrayList<>();

        List<UnavailableDestinations.ResumePoint> points =
                destinations.recordAcknowledgement(A0, 2 * SECOND, ended::add);

        assertThat(ended).containsExactly(new Destination("todo", 0));
        assertThat(points)
                .extracting(UnavailableDestinations.ResumePoint::shard)
                .containsExactly(2);
        assertThat(points.getFirst().from().createdAt()).isBefore(NOW);
        assertThat(destinations.keepsOut(B0)).isFalse();
        assertThat(destinations.nextNanos()).isNull();
    }

    @Test
    void aFailedProbeWaitsForALongerBackoff() {
        blockPartition(A0, 0);
        begin(SECOND);

        assertThat(blockPartition(A0, SECOND)).isFalse();

        assertThat(begin(2 * SECOND - 1).probes()).isEmpty();
        assertThat(begin(3 * SECOND).probes()).hasSize(1);
    }

    @Test
    void aBlockWithoutAProbeEndsAndItsRowsAreReadAgain() {
        blockPartition(A0, 0);
        destinations.recordSkipped(B0, row(B0).position());
        begin(SECOND);

        destinations.recordMissingProbe(A0, SECOND);

        assertThat(begin(SECOND).resumePoints())
                .extracting(UnavailableDestinations.ResumePoint::shard)
                .containsExactly(2);
        assertThat(destinations.keepsOut(B0)).isFalse();
    }

    @Test
    void afterAnOutageTheFirstAcknowledgementMakesEveryPartitionDue() {
        destinations.recordAcknowledgement(A1, 0, ended -> {});
        blockPartition(A0, SECOND);
        blockPartition(A1, SECOND);
        assertThat(destinations.outageReason()).isNotNull();

        destinations.recordAcknowledgement(A1, SECOND + 1, ended -> {});

        assertThat(begin(SECOND + 1).probes()).containsExactly(new UnavailableDestinations.ProbedAggregate(A0, 1));
        assertThat(destinations.outageReason()).isNull();
    }

    @Test
    void theProbeAndThePositionsOfALostShardAreRemoved() {
        blockPartition(A0, 0);
        destinations.recordSkipped(B0, row(B0).position());

        destinations.removeShard(1);
        assertThat(destinations.keepsOut(B0)).isTrue();
        destinations.removeShard(2);
        assertThat(destinations.keepsOut(B0)).isFalse();
    }
}
