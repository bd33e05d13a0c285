package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** This test blocks topics, with and without a probe, and partitions of a blocked topic. */
class TopicBlocksTest extends UnavailableDestinationsFixture {

    @Test
    void aTopicIsNotProbedWhileItsCheckReportsAFault() {
        destinations.block(Destination.topic("todo"), row(A0), true, 0, "absent");

        assertThat(destinations.beginDueProbes(SECOND, type -> "still absent").probes())
                .isEmpty();
        assertThat(destinations.topicReasons()).containsEntry("todo", "still absent");
        destinations.makeDue("todo", SECOND);
        assertThat(begin(SECOND).probes()).hasSize(1);
    }

    @Test
    void anUncheckedTopicIsAvailableWithoutAProbeAsSoonAsItsCheckSucceeds() {
        assertThat(destinations.blockUncheckedTopic(A0, 0, "not checked")).isTrue();
        assertThat(destinations.blockUncheckedTopic(B0, 0, "not checked")).isFalse();
        destinations.recordSkipped(row(A0));
        destinations.recordSkipped(row(B0));
        assertThat(destinations.topicReasons()).containsEntry("todo", "not checked");
        assertThat(destinations.keepsOut(A1)).isTrue();
        assertThat(destinations.beginDueProbes(SECOND, type -> "not checked").resumePoints())
                .isEmpty();

        destinations.makeDue("todo", SECOND);
        UnavailableDestinations.DueWork due = begin(SECOND);

        assertThat(due.probes()).isEmpty();
        assertThat(due.resumePoints())
                .extracting(UnavailableDestinations.ResumePoint::shard)
                .containsExactlyInAnyOrder(1, 2);
        assertThat(destinations.isUnavailable(A0)).isFalse();
        assertThat(destinations.failedSends().recordFailure(A0)).isZero();
        assertThat(destinations.failedSends().isSentInIsolation(A0)).isFalse();
    }

    @Test
    void aFailedSendToAnUncheckedTopicIsTheProbe() {
        destinations.blockUncheckedTopic(A0, 0, "not checked");
        destinations.block(Destination.topic("todo"), row(B0), true, 0, "absent");

        assertThat(begin(SECOND).probes()).containsExactly(new UnavailableDestinations.ProbedAggregate(B0, 1));
    }

    @Test
    void aProbeWhoseTopicIsUncheckedAgainWaitsForALongerBackoff() {
        destinations.block(Destination.topic("todo"), row(A0), true, 0, "absent");
        begin(SECOND);

        assertThat(destinations.blockUncheckedTopic(A0, SECOND, "not checked")).isFalse();

        assertThat(begin(2 * SECOND - 1).probes()).isEmpty();
        assertThat(begin(3 * SECOND).probes()).containsExactly(new UnavailableDestinations.ProbedAggregate(A0, 1));
    }

    @Test
    void aProbeThatFailsBecauseOfItsPartitionEndsTheBlockOfItsTopic() {
        destinations.block(Destination.topic("todo"), row(A0), true, 0, "absent");
        destinations.recordSkipped(row(A1));
        List<Destination> ended = new ArrayList<>();
        assertThat(destinations.endProbedTopic(A0, ended::add))
                .as("a row that was in flight when the block began")
                .isEmpty();
        begin(SECOND);

        assertThat(destinations.endProbedTopic(A0, ended::add))
                .extracting(UnavailableDestinations.ResumePoint::shard)
                .containsExactly(A1.shard());
        blockPartition(A0, SECOND);

        assertThat(ended).containsExactly(Destination.topic("todo"));
        assertThat(destinations.keepsOut(A1)).isFalse();
        assertThat(destinations.keepsOut(A0)).isTrue();
        assertThat(destinations.topicReasons()).isEmpty();
        assertThat(destinations.partitionReasons()).containsOnlyKeys("todo-0");
        assertThat(begin(2 * SECOND).probes()).containsExactly(new UnavailableDestinations.ProbedAggregate(A0, 1));
    }

    @Test
    void noPartitionIsProbedWhileItsTopicIsBlocked() {
        destinations.block(Destination.topic("todo"), row(A1), true, 0, "absent");
        begin(SECOND);
        blockPartition(A0, SECOND);

        assertThat(begin(10 * SECOND).probes()).isEmpty();
        assertThat(destinations.nextNanos()).isNull();
        destinations.recordAcknowledgement(A1, 10 * SECOND, ended -> {});

        assertThat(begin(10 * SECOND).probes()).containsExactly(new UnavailableDestinations.ProbedAggregate(A0, 1));
    }

    @Test
    void theBlockOfATopicIncludesTheBlocksOfItsPartitions() {
        blockPartition(A0, 0);
        destinations.recordSkipped(B0, row(B0).position());
        begin(SECOND);

        destinations.block(Destination.topic("todo"), row(A0), true, SECOND, "not authorised");

        assertThat(destinations.partitionReasons()).isEmpty();
        begin(10 * SECOND);
        assertThat(destinations.recordAcknowledgement(A0, 10 * SECOND, ended -> {}))
                .extracting(UnavailableDestinations.ResumePoint::shard)
                .containsExactly(2);
    }
}
