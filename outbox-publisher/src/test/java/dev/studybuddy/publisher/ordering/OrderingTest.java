package dev.studybuddy.publisher.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class OrderingTest extends OrderingFixture {

    private static final long SECOND = 1_000_000_000L;
    private static final IndexPosition BEFORE_NOW = IndexPosition.from(NOW.minusMillis(1));

    @Test
    void aVersionWaitsUntilItsPredecessorIsAcknowledged() {
        OutboxRow first = row(1);
        OutboxRow second = row(2);
        ordering.admit(second, 0);
        ordering.admit(first, 0);

        assertThat(dispatch()).isEqualTo(first);
        assertThat(dispatch()).isNull();
        ordering.acknowledge(first, 0);
        assertThat(dispatch()).isEqualTo(second);
    }

    @Test
    void anUnconfirmedPredecessorIsReadAndAPendingOneIsSentFirst() {
        OutboxRow second = row(2);
        OutboxRow third = row(3);
        ordering.admit(third, 0);
        assertThat(dispatch()).isNull();

        Predecessor requested = new Predecessor(TODO, 2);
        assertThat(ordering.predecessorsToCheck(10)).containsExactly(requested);
        ordering.applyPredecessors(List.of(requested), List.of(new PredecessorRow(requested, second)), 0);
        assertThat(dispatch()).isNull();

        Predecessor earlier = new Predecessor(TODO, 1);
        assertThat(ordering.predecessorsToCheck(10)).containsExactly(earlier);
        ordering.applyPredecessors(List.of(earlier), List.of(new PredecessorRow(earlier, null)), 0);
        assertThat(dispatch()).isEqualTo(second);
    }

    @Test
    void aPredecessorWithoutRowsCountsAsPublished() {
        OutboxRow ninth = row(9);
        ordering.admit(ninth, 0);

        ordering.applyPredecessors(ordering.predecessorsToCheck(10), List.of(), 0);

        assertThat(dispatch()).isEqualTo(ninth);
    }

    @Test
    void anAcknowledgedRowIsNotAdmittedAgainBeforeItIsMarked() {
        OutboxRow first = row(1);
        ordering.admit(first, 0);
        dispatch();
        ordering.acknowledge(first, 0);

        assertThat(ordering.admit(first, 0)).isEqualTo(Ordering.Admission.PRESENT);
        assertThat(ordering.countUnfinished(3)).isEqualTo(1);
        ordering.finishDispatch(first, new DispatchOutcome.Marked(), 0);
        assertThat(ordering.countUnfinished(3)).isZero();
        assertThat(ordering.size()).isZero();
    }

    @Test
    void followersOfARefusedRowLeaveMemoryUntilItsNextAttempt() {
        OutboxRow first = row(1);
        OutboxRow second = row(2);
        ordering.admit(first, 0);
        ordering.admit(second, 0);
        dispatch();

        ordering.finishDispatch(first, new DispatchOutcome.Deferred(500), 0);

        assertThat(ordering.size()).isZero();
        assertThat(ordering.admit(second, 0)).isEqualTo(Ordering.Admission.SKIPPED);
        assertThat(ordering.deferred().nextDue(499)).isNull();
        assertThat(ordering.deferred().nextDue(500)).isEqualTo(new DeferredAggregates.DueAggregate(TODO, 1));
    }

    @Test
    void followersBeyondTheLimitAreReadAgainAfterTheEarlierOnesAreSent() {
        for (int version = 1; version <= 5; version++) {
            ordering.admit(row(version), 0);
        }
        assertThat(ordering.size()).isEqualTo(3);
        assertThat(ordering.deferred().nextDue(Long.MAX_VALUE - 1)).isNull();

        for (int version = 1; version <= 3; version++) {
            ordering.acknowledge(dispatch(), 7);
        }
        assertThat(ordering.deferred().nextDue(7)).isEqualTo(new DeferredAggregates.DueAggregate(TODO, 4));
    }

    @Test
    void readingStopsIfNoFurtherAggregateCanBeDeferred() {
        for (String id : List.of("b", "c")) {
            ordering.deferred().defer(new Aggregate(3, "todo", id), 1, 1000);
        }
        for (int version = 1; version <= 3; version++) {
            ordering.admit(row(version), 0);
        }
        assertThat(ordering.admit(row(4), 0)).isEqualTo(Ordering.Admission.STOP);
    }

    @Test
    void aRowOnHoldIsSkippedIfNoFurtherAggregateCanBeDeferred() {
        deferTwoOthers();

        assertThat(ordering.admit(row(1, NOW.plusSeconds(1)), 0)).isEqualTo(Ordering.Admission.SKIPPED);

        assertThat(ordering.deferred().contains(TODO)).isFalse();
        assertThat(ordering.skippedHolds().removeDue(SECOND - 1, shard -> true)).isEmpty();
        assertThat(ordering.skippedHolds().removeDue(SECOND, shard -> true)).containsExactly(Map.entry(3, BEFORE_NOW));
    }

    @Test
    void noVersionOvertakesASkippedRowOnHold() {
        deferTwoOthers();
        OutboxRow held = row(1, NOW.plusSeconds(1));
        ordering.admit(held, 0);
        assertThat(ordering.admit(row(2), 0)).isEqualTo(Ordering.Admission.ADMITTED);
        assertThat(dispatch()).isNull();

        List<Predecessor> requested = ordering.predecessorsToCheck(10);
        ordering.applyPredecessors(requested, List.of(new PredecessorRow(requested.getFirst(), held)), 0);

        assertThat(dispatch()).isNull();
        assertThat(ordering.size()).as("rows in memory").isZero();
        assertThat(ordering.deferred().size()).isEqualTo(2);
        assertThat(ordering.skippedHolds().removeDue(SECOND, shard -> true)).containsExactly(Map.entry(3, BEFORE_NOW));
    }

    @Test
    void aShardThatIsRemovedHasNoSkippedRows() {
        deferTwoOthers();
        ordering.admit(row(1, NOW.plusSeconds(1)), 0);

        ordering.removeShard(3, 0);

        assertThat(ordering.skippedHolds().isEmpty()).isTrue();
    }

    private void deferTwoOthers() {
        for (String id : List.of("b", "c")) {
            ordering.deferred().defer(new Aggregate(4, "todo", id), 1, 1000);
        }
    }

    @Test
    void aDeferredAggregateIsDeferredAgainEvenWithoutRoom() {
        for (String id : List.of("a", "b", "c", "d")) {
            ordering.deferred().defer(new Aggregate(3, "todo", id), 1, 1000);
        }
        ordering.deferred().remove(TODO);

        assertThat(ordering.readmit(row(1, NOW.plusSeconds(1)), 0)).isEqualTo(Ordering.Admission.SKIPPED);

        assertThat(ordering.deferred().contains(TODO)).isTrue();
    }

    @Test
    void aRowThatIsDeferredAfterItsSendIsReadByItsKey() {
        OutboxRow first = row(1);
        ordering.admit(first, 0);
        dispatch();

        ordering.finishDispatch(first, new DispatchOutcome.Deferred(7), 7);

        assertThat(ordering.deferred().nextDue(7)).isNull();
        assertThat(ordering.deferred().dueRows(false, 10, 7)).containsExactly(first.key());
    }

    @Test
    void aDroppedRowIsNeitherInMemoryNorDeferred() {
        OutboxRow first = row(1);
        ordering.admit(first, 0);
        dispatch();

        ordering.finishDispatch(first, new DispatchOutcome.Dropped(), 7);

        assertThat(ordering.size()).isZero();
        assertThat(ordering.deferred().size()).isZero();
    }

    @Test
    void aLostShardKeepsOnlyItsInFlightRowInMemory() {
        OutboxRow first = row(1);
        ordering.admit(first, 0);
        ordering.admit(row(2), 0);
        dispatch();

        ordering.removeShard(3, 0);

        assertThat(ordering.size()).isEqualTo(1);
        assertThat(ordering.countUnfinished(3)).isEqualTo(1);
        ordering.acknowledge(first, 0);
        ordering.finishDispatch(first, new DispatchOutcome.Marked(), 0);
        assertThat(ordering.countUnfinished(3)).isZero();
    }

    @Test
    void twoVersionsWithTheSameEventIdAreSentInOrder() {
        OutboxRow first = row(1, EVENT);
        OutboxRow second = row(2, EVENT);
        ordering.admit(second, 0);
        Predecessor requested = new Predecessor(TODO, 1);
        assertThat(ordering.predecessorsToCheck(10)).containsExactly(requested);

        ordering.applyPredecessors(List.of(requested), List.of(new PredecessorRow(requested, first)), 0);

        assertThat(ordering.predecessorsToCheck(10)).isEmpty();
        assertThat(dispatch()).isEqualTo(first);
        assertThat(dispatch()).isNull();
        ordering.acknowledge(first, 0);
        assertThat(dispatch()).isEqualTo(second);
    }

    @Test
    void anUnmarkedPredecessorIsAcknowledgedAlthoughItsVersionWasDropped() {
        OutboxRow first = row(1);
        ordering.admit(first, 0);
        dispatch();
        ordering.acknowledge(first, 0);
        dropAcknowledgedVersions();
        OutboxRow second = row(2);
        ordering.admit(second, 0);
        Predecessor requested = new Predecessor(TODO, 1);
        assertThat(ordering.predecessorsToCheck(10)).containsExactly(requested);

        ordering.applyPredecessors(List.of(requested), List.of(new PredecessorRow(requested, first)), 0);

        assertThat(ordering.predecessorsToCheck(10)).isEmpty();
        assertThat(dispatch()).isEqualTo(second);
    }

    /** Acknowledges and marks rows of more aggregates than the ordering keeps versions of. */
    private void dropAcknowledgedVersions() {
        for (int n = 0; n < 11; n++) {
            OutboxRow other = row(new Aggregate(3, "todo", "other" + n), 1, UUID.randomUUID(), null, 0);
            ordering.admit(other, 0);
            assertThat(dispatch()).isEqualTo(other);
            ordering.acknowledge(other, 0);
            ordering.finishDispatch(other, new DispatchOutcome.Marked(), 0);
        }
    }
}
