package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.publisher.ordering.Aggregate;
import dev.studybuddy.publisher.ordering.DeferredAggregates;
import dev.studybuddy.publisher.ordering.Ordering;
import dev.studybuddy.publisher.ordering.OrderingBounds;
import dev.studybuddy.publisher.ordering.OutboxRow;
import dev.studybuddy.publisher.ordering.TestBytes;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IsolatedRowsTest {

    private static final Destination PARTITION = new Destination("todo", 0);
    private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");
    private static final long FALLBACK_NANOS = 1_000;
    private static final OutboxRow SENT = row(1);
    private static final OutboxRow NEXT = row(2);
    private static final OutboxRow LAST = row(3);

    private final DeferredAggregates deferred = new Ordering(new OrderingBounds(10, 10, 10, 10)).deferred();
    private final IsolatedRows rows = new IsolatedRows(deferred);

    @Test
    void theNextWaitingRowIsDueWhenTheRowInFlightHasAnOutcome() {
        beginAll();
        assertThat(deferred.dueRows(false, 10, 1)).isEmpty();

        assertThat(rows.end(PARTITION, SENT)).isTrue();
        rows.makeNextDue(PARTITION, aggregate -> true, 1);

        assertThat(deferred.dueRows(false, 10, 1)).containsExactly(NEXT.key());
        deferred.remove(NEXT.aggregate());
        assertThat(rows.begin(PARTITION, NEXT)).isTrue();
        assertThat(rows.end(PARTITION, NEXT)).isTrue();
        rows.makeNextDue(PARTITION, aggregate -> true, 2);
        assertThat(deferred.dueRows(false, 10, 2)).containsExactly(LAST.key());
    }

    @Test
    void allRowsThatAreNoLongerSentInIsolationAreDueAtOnce() {
        beginAll();

        rows.end(PARTITION, SENT);
        rows.makeNextDue(PARTITION, aggregate -> false, 1);

        assertThat(deferred.dueRows(false, 10, 1)).containsExactlyInAnyOrder(NEXT.key(), LAST.key());
    }

    @Test
    void anAggregateThatNoLongerWaitsIsSkipped() {
        beginAll();
        deferred.remove(NEXT.aggregate());

        rows.end(PARTITION, SENT);
        rows.makeNextDue(PARTITION, aggregate -> true, 1);

        assertThat(deferred.dueRows(false, 10, 1)).containsExactly(LAST.key());
    }

    private void beginAll() {
        assertThat(rows.begin(PARTITION, SENT)).isTrue();
        for (OutboxRow waiting : new OutboxRow[] {NEXT, LAST}) {
            assertThat(rows.begin(PARTITION, waiting)).isFalse();
            deferred.deferRow(waiting, FALLBACK_NANOS);
        }
    }

    private static OutboxRow row(int n) {
        byte[] json = TestBytes.utf8("{}");
        return new OutboxRow(
                new Aggregate(1, "todo", "a" + n), 1, new UUID(0, n), "todo.updated", json, json, NOW, 0, null, NOW, 0);
    }
}
