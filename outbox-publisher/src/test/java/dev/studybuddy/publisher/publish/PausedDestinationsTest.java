package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.outbox.OutboxPauses;
import dev.studybuddy.publisher.ordering.Aggregate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** This test pauses types whose destinations are blocked or have skipped rows. */
class PausedDestinationsTest extends BlockedDestinationsFixture {

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
}
