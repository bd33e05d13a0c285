package dev.studybuddy.publisher.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OrderingTest {

    private static final Aggregate TODO = new Aggregate(3, "todo", "a");
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private static final long SECOND = 1_000_000_000L;
    private static final IndexPosition BEFORE_NOW = IndexPosition.from(NOW.minusMillis(1));

    /** Writers should use an event id once. */
    private static final UUID EVENT = new UUID(7, 7);

    private static final byte[] JSON = TestBytes.utf8("{}");

    private final Ordering ordering = new Ordering(new OrderingBounds(10, 3, 2, 10));

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
    void followersBeyondTheLimitAreReadAgainWhenHalfOfTheQueueIsSent() {
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
    void aFencedRowIsReadAgainIfItsShardIsServedAgain() {
        OutboxRow first = row(1);
        ordering.admit(first, 0);
        dispatch();

        ordering.finishDispatch(first, new DispatchOutcome.Deferred(7), 7);

        assertThat(ordering.deferred().nextDue(7)).isNull();
        assertThat(ordering.deferred().dueRows(false, 10, 7)).containsExactly(first.key());
    }

    @Test
    void aFencedRowIsDroppedIfItsShardIsNotServed() {
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
    void rowsOfOneAggregateAreChainedInOneSession() {
        admit(1, 2, 3);
        ordering.useProducerSession(5);

        assertThat(ordering.dispatch(3, aggregate -> true, 0)).isEqualTo(new Dispatch(row(1), true));
        assertThat(ordering.dispatch(3, aggregate -> true, 0)).isEqualTo(new Dispatch(row(2), true));
        assertThat(ordering.dispatch(3, aggregate -> true, 0)).isEqualTo(new Dispatch(row(3), true));
        assertThat(ordering.dispatch(3, aggregate -> true, 0)).isNull();
    }

    @Test
    void aRowWithoutFollowersIsSentAlone() {
        admit(1);
        ordering.useProducerSession(5);

        assertThat(ordering.dispatch(3, aggregate -> true, 0)).isEqualTo(new Dispatch(row(1), false));
        admit(2, 3);
        assertThat(ordering.dispatch(3, aggregate -> true, 0)).isNull();
    }

    @Test
    void noRowJoinsAChainBehindAGap() {
        admit(1, 2);
        ordering.useProducerSession(5);
        dispatch();
        dispatch();
        admit(4);

        assertThat(dispatch()).isNull();
        ordering.acknowledge(row(1), 0);
        ordering.acknowledge(row(2), 0);
        assertThat(ordering.predecessorsToCheck(10)).containsExactly(new Predecessor(TODO, 3));
    }

    @Test
    void noRowJoinsAChainAfterItsSessionEnded() {
        admit(1, 2, 3);
        ordering.useProducerSession(5);
        dispatch();
        dispatch();

        ordering.useProducerSession(6);
        assertThat(dispatch()).isNull();
        ordering.acknowledge(row(1), 0);
        assertThat(dispatch()).isNull();
        ordering.finishDispatch(row(2), new DispatchOutcome.Returned(), 0);
        assertThat(ordering.dispatch(3, aggregate -> true, 0)).isEqualTo(new Dispatch(row(2), true));
    }

    @Test
    void nothingFollowsARowThatTheSessionDidNotAccept() {
        admit(1, 2, 3);
        ordering.useProducerSession(5);
        dispatch();
        dispatch();

        ordering.finishDispatch(row(2), new DispatchOutcome.ReturnedAlone(), 0);

        assertThat(dispatch()).isNull();
        ordering.acknowledge(row(1), 0);
        assertThat(ordering.dispatch(3, aggregate -> true, 0)).isEqualTo(new Dispatch(row(2), false));
        ordering.acknowledge(row(2), 0);
        assertThat(dispatch()).isEqualTo(row(3));
    }

    @Test
    void aRowThatWasRefusedBeforeIsSentAlone() {
        OutboxRow refused = row(1, null, 1);
        ordering.admit(refused, 0);
        admit(2);
        ordering.useProducerSession(5);

        assertThat(ordering.dispatch(3, aggregate -> true, 0)).isEqualTo(new Dispatch(refused, false));
    }

    @Test
    void aRowIsSentAloneIfNoChainMayBegin() {
        admit(1, 2);
        ordering.useProducerSession(5);

        assertThat(ordering.dispatch(3, aggregate -> false, 0)).isEqualTo(new Dispatch(row(1), false));
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
    void chainedVersionsWithTheSameEventIdAreCompletedSeparately() {
        OutboxRow first = row(1, EVENT);
        OutboxRow second = row(2, EVENT);
        ordering.useProducerSession(5);
        ordering.admit(first, 0);
        ordering.admit(second, 0);
        dispatch();
        dispatch();

        ordering.finishDispatch(second, new DispatchOutcome.Returned(), 0);
        assertThat(dispatch()).as("the first version is in flight").isNull();
        ordering.finishDispatch(first, new DispatchOutcome.Returned(), 0);

        assertThat(dispatch()).isEqualTo(first);
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

    private void admit(long... versions) {
        for (long version : versions) {
            ordering.admit(row(version), 0);
        }
    }

    private @Nullable OutboxRow dispatch() {
        Dispatch next = ordering.dispatch(3, aggregate -> true, 0);
        return next == null ? null : next.row();
    }

    private static OutboxRow row(long version) {
        return row(version, null, 0);
    }

    private static OutboxRow row(long version, @Nullable Instant nextAttempt) {
        return row(version, nextAttempt, 0);
    }

    private static OutboxRow row(long version, UUID id) {
        return row(TODO, version, id, null, 0);
    }

    private static OutboxRow row(long version, @Nullable Instant nextAttempt, int retryCount) {
        return row(TODO, version, new UUID(0, version), nextAttempt, retryCount);
    }

    private static OutboxRow row(
            Aggregate aggregate, long version, UUID id, @Nullable Instant nextAttempt, int retryCount) {
        return new OutboxRow(aggregate, version, id, "todo.updated", JSON, JSON, NOW, retryCount, nextAttempt, NOW, 0);
    }
}
