package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** This test blocks partitions, probes them, and ends their blocks. */
class BlockedDestinationsTest extends BlockedDestinationsFixture {

    @Test
    void aBlockedPartitionKeepsOutItsRowsOnly() {
        assertThat(blockPartition(A0, 0)).isTrue();
        assertThat(blockPartition(B0, 0)).isFalse();

        assertThat(blocked.keepsOut(A0)).isTrue();
        assertThat(blocked.keepsOut(B0)).isTrue();
        assertThat(blocked.keepsOut(A1)).isFalse();
        assertThat(blocked.partitionReasons()).containsExactly(Map.entry("todo-0", "no leader"));
        assertThat(blocked.topicReasons()).isEmpty();
    }

    @Test
    void oneAggregateIsProbedAfterTheBackoffAndOthersWait() {
        blockPartition(A0, 0);
        blocked.recordSkipped(B0, row(B0).position());

        assertThat(begin(SECOND / 2 - 1).probes()).isEmpty();
        assertThat(begin(SECOND).probes()).containsExactly(new BlockedDestinations.ProbedAggregate(A0, 1));
        assertThat(blocked.keepsOut(A0)).isFalse();
        assertThat(blocked.keepsOut(B0)).isTrue();
        assertThat(begin(10 * SECOND).probes()).isEmpty();
    }

    @Test
    void anAcknowledgedProbeEndsTheBlockAndItsRowsAreReadAgain() {
        blockPartition(A0, 0);
        blocked.recordSkipped(B0, row(B0).position());
        begin(SECOND);
        List<Destination> ended = new ArrayList<>();

        List<BlockedDestinations.ResumePoint> points = blocked.recordAcknowledgement(A0, 2 * SECOND, ended::add);

        assertThat(ended).containsExactly(new Destination("todo", 0));
        assertThat(points).extracting(BlockedDestinations.ResumePoint::shard).containsExactly(2);
        assertThat(points.getFirst().from().createdAt()).isBefore(NOW);
        assertThat(blocked.keepsOut(B0)).isFalse();
        assertThat(blocked.nextNanos()).isNull();
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
        blocked.recordSkipped(B0, row(B0).position());
        begin(SECOND);

        blocked.recordMissingProbe(A0, SECOND);

        assertThat(begin(SECOND).resumePoints())
                .extracting(BlockedDestinations.ResumePoint::shard)
                .containsExactly(2);
        assertThat(blocked.keepsOut(B0)).isFalse();
    }

    @Test
    void afterAnOutageTheFirstAcknowledgementMakesEveryPartitionDue() {
        blocked.recordAcknowledgement(A1, 0, ended -> {});
        blockPartition(A0, SECOND);
        blockPartition(A1, SECOND);
        assertThat(blocked.outageReason()).isNotNull();

        blocked.recordAcknowledgement(A1, SECOND + 1, ended -> {});

        assertThat(begin(SECOND + 1).probes()).containsExactly(new BlockedDestinations.ProbedAggregate(A0, 1));
        assertThat(blocked.outageReason()).isNull();
    }

    @Test
    void theProbeAndThePositionsOfALostShardAreRemoved() {
        blockPartition(A0, 0);
        blocked.recordSkipped(B0, row(B0).position());

        blocked.removeShard(1);
        assertThat(blocked.keepsOut(B0)).isTrue();
        blocked.removeShard(2);
        assertThat(blocked.keepsOut(B0)).isFalse();
    }
}
