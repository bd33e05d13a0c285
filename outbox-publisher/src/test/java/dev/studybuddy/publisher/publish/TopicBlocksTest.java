package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** This test blocks topics, with and without a probe, and partitions of a blocked topic. */
class TopicBlocksTest extends BlockedDestinationsFixture {

    @Test
    void aTopicIsNotProbedWhileItsCheckReportsAFault() {
        blocked.block(Destination.topic("todo"), row(A0), true, 0, "absent");

        assertThat(blocked.beginDueProbes(SECOND, type -> "still absent").probes())
                .isEmpty();
        assertThat(blocked.topicReasons()).containsEntry("todo", "still absent");
        blocked.makeDue("todo", SECOND);
        assertThat(begin(SECOND).probes()).hasSize(1);
    }

    @Test
    void anUncheckedTopicIsAvailableWithoutAProbeAsSoonAsItsCheckSucceeds() {
        assertThat(blocked.blockUncheckedTopic(A0, 0, "not checked")).isTrue();
        assertThat(blocked.blockUncheckedTopic(B0, 0, "not checked")).isFalse();
        blocked.recordSkipped(row(A0));
        blocked.recordSkipped(row(B0));
        assertThat(blocked.topicReasons()).containsEntry("todo", "not checked");
        assertThat(blocked.keepsOut(A1)).isTrue();
        assertThat(blocked.beginDueProbes(SECOND, type -> "not checked").resumePoints())
                .isEmpty();

        blocked.makeDue("todo", SECOND);
        BlockedDestinations.DueWork due = begin(SECOND);

        assertThat(due.probes()).isEmpty();
        assertThat(due.resumePoints())
                .extracting(BlockedDestinations.ResumePoint::shard)
                .containsExactlyInAnyOrder(1, 2);
        assertThat(blocked.isBlocked(A0)).isFalse();
        assertThat(blocked.failedSends().recordFailure(A0)).isZero();
        assertThat(blocked.failedSends().isSentInIsolation(A0)).isFalse();
    }

    @Test
    void aFailedSendToAnUncheckedTopicIsTheProbe() {
        blocked.blockUncheckedTopic(A0, 0, "not checked");
        blocked.block(Destination.topic("todo"), row(B0), true, 0, "absent");

        assertThat(begin(SECOND).probes()).containsExactly(new BlockedDestinations.ProbedAggregate(B0, 1));
    }

    @Test
    void aProbeWhoseTopicIsUncheckedAgainWaitsForALongerBackoff() {
        blocked.block(Destination.topic("todo"), row(A0), true, 0, "absent");
        begin(SECOND);

        assertThat(blocked.blockUncheckedTopic(A0, SECOND, "not checked")).isFalse();

        assertThat(begin(2 * SECOND - 1).probes()).isEmpty();
        assertThat(begin(3 * SECOND).probes()).containsExactly(new BlockedDestinations.ProbedAggregate(A0, 1));
    }

    @Test
    void aProbeThatFailsBecauseOfItsPartitionEndsTheBlockOfItsTopic() {
        blocked.block(Destination.topic("todo"), row(A0), true, 0, "absent");
        blocked.recordSkipped(row(A1));
        List<Destination> ended = new ArrayList<>();
        assertThat(blocked.endProbedTopic(A0, ended::add))
                .as("a row that was in flight when the block began")
                .isEmpty();
        begin(SECOND);

        assertThat(blocked.endProbedTopic(A0, ended::add))
                .extracting(BlockedDestinations.ResumePoint::shard)
                .containsExactly(A1.shard());
        blockPartition(A0, SECOND);

        assertThat(ended).containsExactly(Destination.topic("todo"));
        assertThat(blocked.keepsOut(A1)).isFalse();
        assertThat(blocked.keepsOut(A0)).isTrue();
        assertThat(blocked.topicReasons()).isEmpty();
        assertThat(blocked.partitionReasons()).containsOnlyKeys("todo-0");
        assertThat(begin(2 * SECOND).probes()).containsExactly(new BlockedDestinations.ProbedAggregate(A0, 1));
    }

    @Test
    void noPartitionIsProbedWhileItsTopicIsBlocked() {
        blocked.block(Destination.topic("todo"), row(A1), true, 0, "absent");
        begin(SECOND);
        blockPartition(A0, SECOND);

        assertThat(begin(10 * SECOND).probes()).isEmpty();
        assertThat(blocked.nextNanos()).isNull();
        blocked.recordAcknowledgement(A1, 10 * SECOND, ended -> {});

        assertThat(begin(10 * SECOND).probes()).containsExactly(new BlockedDestinations.ProbedAggregate(A0, 1));
    }

    @Test
    void theBlockOfATopicIncludesTheBlocksOfItsPartitions() {
        blockPartition(A0, 0);
        blocked.recordSkipped(B0, row(B0).position());
        begin(SECOND);

        blocked.block(Destination.topic("todo"), row(A0), true, SECOND, "not authorised");

        assertThat(blocked.partitionReasons()).isEmpty();
        begin(10 * SECOND);
        assertThat(blocked.recordAcknowledgement(A0, 10 * SECOND, ended -> {}))
                .extracting(BlockedDestinations.ResumePoint::shard)
                .containsExactly(2);
    }
}
