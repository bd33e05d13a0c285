package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.outbox.OutboxPauses;
import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.TestBytes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BlockedDestinationsTest {

    private static final long SECOND = 1_000_000_000L;
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final Aggregate A0 = new Aggregate(1, "todo", "a0");
    private static final Aggregate B0 = new Aggregate(2, "todo", "b0");
    private static final Aggregate A1 = new Aggregate(3, "todo", "a1");

    // The last letter of an id is the partition.
    private final BlockedDestinations blocked = new BlockedDestinations(
            new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(4), new Random(1)),
            aggregate -> aggregate.id().charAt(1) - '0');

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
    void aPausedTypeKeepsOutItsRowsUntilItIsResumed() {
        blocked.pause(Set.of("todo"));
        blocked.recordSkipped(A0, row(A0).position());

        assertThat(blocked.keepsOut(A0)).isTrue();
        assertThat(blocked.keepsOut(new Aggregate(4, "user", "u0"))).isFalse();
        assertThat(begin(100 * SECOND).probes()).isEmpty();
        assertThat(blocked.nextNanos()).isNull();

        List<BlockedDestinations.ResumePoint> points = blocked.pause(Set.of());

        assertThat(points).extracting(BlockedDestinations.ResumePoint::shard).containsExactly(1);
        assertThat(points.getFirst().from().createdAt()).isBefore(NOW);
        assertThat(blocked.keepsOut(A0)).isFalse();
    }

    @Test
    void aPauseOfAllTypesIncludesEachTypeAndEndsAlone() {
        blocked.pause(Set.of(OutboxPauses.ALL, "user"));
        blocked.recordSkipped(A0, row(A0).position());

        assertThat(blocked.pause(Set.of("user")))
                .extracting(BlockedDestinations.ResumePoint::shard)
                .containsExactly(1);
        assertThat(blocked.keepsOut(A0)).isFalse();
        assertThat(blocked.keepsOut(new Aggregate(4, "user", "u0"))).isTrue();
    }

    @Test
    void aPauseEndsTheBlocksOfItsTypeAndNoLaterFailureBlocksIt() {
        blockPartition(A0, 0);
        blocked.recordSkipped(B0, row(B0).position());

        blocked.pause(Set.of("todo"));

        assertThat(blockPartition(A0, 0)).isFalse();
        assertThat(blocked.partitionReasons()).isEmpty();
        assertThat(blocked.pause(Set.of()))
                .extracting(BlockedDestinations.ResumePoint::shard)
                .containsExactly(2);
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

    private void failProbes(Aggregate aggregate, int times) {
        for (int n = 0; n < times; n++) {
            assertThat(begin(100 * SECOND).probes())
                    .extracting(BlockedDestinations.ProbedAggregate::aggregate)
                    .containsExactly(aggregate);
            blockPartition(aggregate, n * SECOND);
        }
    }

    private boolean blockPartition(Aggregate aggregate, long nowNanos) {
        return blocked.block(blocked.partition(aggregate), row(aggregate), true, nowNanos, "no leader");
    }

    private BlockedDestinations.DueWork begin(long nowNanos) {
        return blocked.beginDueProbes(nowNanos, type -> null);
    }

    private static OutboxRow row(Aggregate aggregate) {
        return new OutboxRow(
                aggregate,
                1,
                new UUID(0, aggregate.shard()),
                "todo.updated",
                TestBytes.utf8("{}"),
                TestBytes.utf8("{}"),
                NOW,
                0,
                null,
                NOW,
                0);
    }
}
