package dev.studybuddy.publisher.ordering;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** This fixture creates versions of one todo, which an ordering with small bounds holds. */
abstract class OrderingFixture {

    static final Aggregate TODO = new Aggregate(3, "todo", "a");
    static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    /** Two rows of a test have this event id, although writers should use each id only once. */
    static final UUID EVENT = new UUID(7, 7);

    private static final byte[] JSON = TestBytes.utf8("{}");

    final Ordering ordering = new Ordering(new OrderingBounds(10, 3, 2, 10));

    @Nullable
    OutboxRow dispatch() {
        Dispatch next = ordering.dispatch(3, aggregate -> true, 0);
        return next == null ? null : next.row();
    }

    static OutboxRow row(long version) {
        return row(version, null, 0);
    }

    static OutboxRow row(long version, @Nullable Instant nextAttempt) {
        return row(version, nextAttempt, 0);
    }

    static OutboxRow row(long version, UUID id) {
        return row(TODO, version, id, null, 0);
    }

    static OutboxRow row(long version, @Nullable Instant nextAttempt, int retryCount) {
        return row(TODO, version, new UUID(0, version), nextAttempt, retryCount);
    }

    static OutboxRow row(Aggregate aggregate, long version, UUID id, @Nullable Instant nextAttempt, int retryCount) {
        return new OutboxRow(aggregate, version, id, "todo.updated", JSON, JSON, NOW, retryCount, nextAttempt, NOW, 0);
    }
}
