package dev.studybuddy.publisher.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DeferredAggregatesTest {

    private static final Aggregate TODO = new Aggregate(3, "todo", "a");
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private final DeferredAggregates deferred = new DeferredAggregates(10);

    @Test
    void theOnlyRowThatLeftMemoryIsReadByItsKey() {
        OutboxRow row = row(TODO, 4);
        deferred.deferRow(row, 500);

        assertThat(deferred.dueRows(false, 10, 499)).isEmpty();
        assertThat(deferred.dueRows(false, 10, 500)).containsExactly(row.key());
        assertThat(deferred.nextDue(500)).isNull();
        assertThat(deferred.nextNanos(true)).isEqualTo(500);
    }

    @Test
    void aSecondRowMakesTheAggregateBeReadFromItsLowestVersion() {
        deferred.deferRow(row(TODO, 4), 500);
        deferred.include(row(TODO, 6));
        deferred.include(row(TODO, 3));

        assertThat(deferred.dueRows(false, 10, 500)).isEmpty();
        assertThat(deferred.nextDue(500)).isEqualTo(new DeferredAggregates.DueAggregate(TODO, 3));
    }

    @Test
    void anotherRowOfTheSameVersionCountsAsASecondRow() {
        deferred.deferRow(row(TODO, 4), 500);
        deferred.deferRow(row(TODO, 4), 500);

        assertThat(deferred.dueRows(false, 10, 500)).isEmpty();
        assertThat(deferred.nextDue(500)).isEqualTo(new DeferredAggregates.DueAggregate(TODO, 4));
    }

    @Test
    void aRowOfAnotherVersionWithTheSameEventIdCountsAsASecondRow() {
        UUID event = UUID.randomUUID();
        deferred.deferRow(row(TODO, 4, event), 500);
        deferred.include(row(TODO, 5, event));

        assertThat(deferred.dueRows(false, 10, 500)).isEmpty();
        assertThat(deferred.nextDue(500)).isEqualTo(new DeferredAggregates.DueAggregate(TODO, 4));
    }

    @Test
    void aRowThatAPollReadsAgainIsStillTheOnlyOne() {
        OutboxRow row = row(TODO, 4);
        deferred.deferRow(row, 500);
        deferred.include(row);
        deferred.deferRow(row, 700);

        assertThat(deferred.dueRows(false, 10, 500)).isEmpty();
        assertThat(deferred.dueRows(false, 10, 700)).containsExactly(row.key());
    }

    @Test
    void anOverflowBehindADeferredRowIsReadFromTheVersionOfThatRow() {
        deferred.deferRow(row(TODO, 4), 500);
        deferred.deferOverflow(TODO, 6);

        assertThat(deferred.dueRows(false, 10, 500)).isEmpty();
        assertThat(deferred.nextDue(500)).isEqualTo(new DeferredAggregates.DueAggregate(TODO, 4));
    }

    @Test
    void theRowsThatWereDueFirstAreReturnedUpToTheLimit() {
        OutboxRow last = row(new Aggregate(3, "todo", "last"), 1);
        OutboxRow first = row(new Aggregate(3, "todo", "first"), 1);
        OutboxRow second = row(new Aggregate(3, "todo", "second"), 1);
        deferred.deferRow(last, 300);
        deferred.deferRow(first, 100);
        deferred.deferRow(second, 200);

        assertThat(deferred.dueRows(false, 2, 500)).containsExactly(first.key(), second.key());
        deferred.remove(first.aggregate());
        assertThat(deferred.dueRows(false, 10, 500)).containsExactly(second.key(), last.key());
    }

    @Test
    void rowsWithLongContentHaveTurnsOfTheirOwn() {
        OutboxRow large = row(TODO, 1).toPartial();
        deferred.deferRow(large, 100);

        assertThat(deferred.dueRows(false, 10, 500)).isEmpty();
        assertThat(deferred.dueRows(true, 10, 500)).containsExactly(large.key());
        assertThat(deferred.nextNanos(true)).isEqualTo(100);
        assertThat(deferred.nextNanos(false)).isNull();
    }

    @Test
    void aRowWhoseContentCannotBeReadIsReadAgainAsOneWithLongContent() {
        OutboxRow unreadable = row(TODO, 1).withContentFault("too long");
        deferred.deferRow(unreadable, 100);

        assertThat(deferred.dueRows(false, 10, 500)).isEmpty();
        assertThat(deferred.dueRows(true, 10, 500)).containsExactly(unreadable.key());
    }

    @Test
    void aRequestedSweepMakesRowsAndAggregatesOfItsShardDue() {
        OutboxRow row = row(TODO, 1);
        Aggregate several = new Aggregate(3, "todo", "several");
        deferred.deferRow(row, 1000);
        deferred.defer(several, 2, 1000);
        deferred.deferRow(row(new Aggregate(4, "todo", "other"), 1), 1000);

        deferred.makeShardDue(3, 7);

        assertThat(deferred.dueRows(false, 10, 7)).containsExactly(row.key());
        assertThat(deferred.nextDue(7)).isEqualTo(new DeferredAggregates.DueAggregate(several, 2));
    }

    /** Operators request many sweeps before the first due time of these holds, and each sweep replaces all of them. */
    @Test
    void replacedHoldsDoNotAccumulateUntilTheirDueTimes() {
        for (int n = 0; n < 10; n++) {
            deferred.deferRow(row(new Aggregate(3, "todo", "aggregate " + n), 1), 1000);
        }

        for (int time = 999; time > 0; time--) {
            deferred.makeShardDue(3, time);
        }

        assertThat(deferred.queuedEntries()).isLessThanOrEqualTo(20);
        assertThat(deferred.dueRows(false, 20, 1)).hasSize(10);
    }

    private static OutboxRow row(Aggregate aggregate, long version) {
        return row(aggregate, version, UUID.randomUUID());
    }

    private static OutboxRow row(Aggregate aggregate, long version, UUID id) {
        byte[] json = TestBytes.utf8("{}");
        return new OutboxRow(aggregate, version, id, "todo.updated", json, json, NOW, 0, null, NOW, 0);
    }
}
