package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OrderingTest {

    private static final Aggregate TODO = new Aggregate(3, "todo", "a");
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private final Ordering ordering = new Ordering(new PublishSettings.Memory(100, 10, 3, 2, 10, 1000, 10));

    @Test
    void aVersionWaitsUntilItsPredecessorIsAcknowledged() {
        OutboxRow first = row(1);
        OutboxRow second = row(2);
        ordering.admit(second, 0);
        ordering.admit(first, 0);

        assertThat(ordering.fly(3)).isEqualTo(first);
        assertThat(ordering.fly(3)).isNull();
        ordering.acknowledged(first, 0);
        assertThat(ordering.fly(3)).isEqualTo(second);
    }

    @Test
    void anUnknownPredecessorIsLookedUpAndAPendingOneGoesFirst() {
        OutboxRow second = row(2);
        OutboxRow third = row(3);
        ordering.admit(third, 0);
        assertThat(ordering.fly(3)).isNull();

        Predecessor asked = new Predecessor(TODO, 2);
        assertThat(ordering.unchecked(10)).containsExactly(asked);
        ordering.answered(List.of(asked), List.of(new PredecessorRow(asked, second)), 0);
        assertThat(ordering.fly(3)).isNull();

        Predecessor before = new Predecessor(TODO, 1);
        assertThat(ordering.unchecked(10)).containsExactly(before);
        ordering.answered(List.of(before), List.of(new PredecessorRow(before, null)), 0);
        assertThat(ordering.fly(3)).isEqualTo(second);
    }

    @Test
    void aPredecessorWithoutRowsWasTakenByRetention() {
        OutboxRow ninth = row(9);
        ordering.admit(ninth, 0);

        ordering.answered(ordering.unchecked(10), List.of(), 0);

        assertThat(ordering.fly(3)).isEqualTo(ninth);
    }

    @Test
    void aRowIsKnownUntilItIsMarkedSoThatAPageReadBeforeDoesNotSendItAgain() {
        OutboxRow first = row(1);
        ordering.admit(first, 0);
        ordering.fly(3);
        ordering.acknowledged(first, 0);

        assertThat(ordering.admit(first, 0)).isEqualTo(Ordering.Admission.PRESENT);
        assertThat(ordering.busy(3)).isEqualTo(1);
        ordering.marked(first);
        assertThat(ordering.busy(3)).isZero();
        assertThat(ordering.size()).isZero();
    }

    @Test
    void followersOfAFailedRowLeaveMemoryUntilItsTime() {
        OutboxRow first = row(1);
        OutboxRow second = row(2);
        ordering.admit(first, 0);
        ordering.admit(second, 0);
        ordering.fly(3);

        ordering.failed(first, 500, 0);

        assertThat(ordering.size()).isZero();
        assertThat(ordering.admit(second, 0)).isEqualTo(Ordering.Admission.LEFT);
        assertThat(ordering.remembered().due(499)).isNull();
        assertThat(ordering.remembered().due(500)).isEqualTo(new Remembered.Opened(TODO, 1));
    }

    @Test
    void beyondTheBoundFollowersAreRememberedAndReadAgainWhenTheLineIsEmpty() {
        for (int version = 1; version <= 5; version++) {
            ordering.admit(row(version), 0);
        }
        assertThat(ordering.size()).isEqualTo(3);
        assertThat(ordering.remembered().due(Long.MAX_VALUE - 1)).isNull();

        for (int version = 1; version <= 3; version++) {
            ordering.acknowledged(ordering.fly(3), 7);
        }
        assertThat(ordering.remembered().due(7)).isEqualTo(new Remembered.Opened(TODO, 4));
    }

    @Test
    void whereNothingMoreCanBeRememberedReadingStops() {
        for (String id : List.of("b", "c")) {
            ordering.remembered().hold(new Aggregate(3, "todo", id), 1, 1000);
        }
        for (int version = 1; version <= 3; version++) {
            ordering.admit(row(version), 0);
        }
        assertThat(ordering.admit(row(4), 0)).isEqualTo(Ordering.Admission.STOP);
    }

    @Test
    void whatWasRememberedIsRememberedAgainThoughThereIsNoRoomForMore() {
        for (String id : List.of("a", "b", "c", "d")) {
            ordering.remembered().hold(new Aggregate(3, "todo", id), 1, 1000);
        }
        ordering.remembered().forget(TODO);

        assertThat(ordering.readmit(row(1, NOW.plusSeconds(1)), 0)).isEqualTo(Ordering.Admission.LEFT);

        assertThat(ordering.remembered().contains(TODO)).isTrue();
    }

    @Test
    void aFencedRowOfAShardThatIsOursAgainIsReadAgain() {
        OutboxRow first = row(1);
        ordering.admit(first, 0);
        ordering.fly(3);

        ordering.fenced(first, true, 7);

        assertThat(ordering.remembered().due(7)).isEqualTo(new Remembered.Opened(TODO, 1));
    }

    @Test
    void aFencedRowOfAnothersShardIsForgotten() {
        OutboxRow first = row(1);
        ordering.admit(first, 0);
        ordering.fly(3);

        ordering.fenced(first, false, 7);

        assertThat(ordering.size()).isZero();
        assertThat(ordering.remembered().size()).isZero();
    }

    @Test
    void aShardThatIsLostLeavesOnlyWhatIsInFlight() {
        OutboxRow first = row(1);
        ordering.admit(first, 0);
        ordering.admit(row(2), 0);
        ordering.fly(3);

        ordering.forgetShard(3, 0);

        assertThat(ordering.size()).isEqualTo(1);
        assertThat(ordering.busy(3)).isEqualTo(1);
        ordering.acknowledged(first, 0);
        ordering.marked(first);
        assertThat(ordering.busy(3)).isZero();
    }

    private static OutboxRow row(long version) {
        return row(version, null);
    }

    private static OutboxRow row(long version, @Nullable Instant nextAttempt) {
        UUID id = new UUID(0, version);
        return new OutboxRow(TODO, version, id, "todo.updated", "{}", "{}", NOW, 0, nextAttempt, NOW, 0);
    }
}
