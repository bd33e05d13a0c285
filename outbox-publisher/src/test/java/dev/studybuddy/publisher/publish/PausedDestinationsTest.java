package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.outbox.OutboxPauses;
import dev.studybuddy.publisher.ordering.Aggregate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** This test pauses types whose destinations are blocked or have skipped rows. */
class PausedDestinationsTest extends UnavailableDestinationsFixture {

    @Test
    void aPausedTypeKeepsOutItsRowsUntilItIsResumed() {
        destinations.pause(Set.of("todo"));
        destinations.recordSkipped(A0, row(A0).position());

        assertThat(destinations.keepsOut(A0)).isTrue();
        assertThat(destinations.keepsOut(new Aggregate(4, "user", "u0"))).isFalse();
        assertThat(begin(100 * SECOND).probes()).isEmpty();
        assertThat(destinations.nextNanos()).isNull();

        List<UnavailableDestinations.ResumePoint> points = destinations.pause(Set.of());

        assertThat(points)
                .extracting(UnavailableDestinations.ResumePoint::shard)
                .containsExactly(1);
        assertThat(points.getFirst().from().createdAt()).isBefore(NOW);
        assertThat(destinations.keepsOut(A0)).isFalse();
    }

    @Test
    void aPauseOfAllTypesIncludesEachTypeAndEndsAlone() {
        destinations.pause(Set.of(OutboxPauses.ALL, "user"));
        destinations.recordSkipped(A0, row(A0).position());

        assertThat(destinations.pause(Set.of("user")))
                .extracting(UnavailableDestinations.ResumePoint::shard)
                .containsExactly(1);
        assertThat(destinations.keepsOut(A0)).isFalse();
        assertThat(destinations.keepsOut(new Aggregate(4, "user", "u0"))).isTrue();
    }

    @Test
    void aPauseEndsTheBlocksOfItsTypeAndNoLaterFailureBlocksIt() {
        blockPartition(A0, 0);
        destinations.recordSkipped(B0, row(B0).position());

        destinations.pause(Set.of("todo"));

        assertThat(blockPartition(A0, 0)).isFalse();
        assertThat(destinations.partitionReasons()).isEmpty();
        assertThat(destinations.pause(Set.of()))
                .extracting(UnavailableDestinations.ResumePoint::shard)
                .containsExactly(2);
    }
}
