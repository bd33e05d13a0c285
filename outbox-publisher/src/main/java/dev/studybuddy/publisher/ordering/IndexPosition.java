package dev.studybuddy.publisher.ordering;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * An index position is a point in the pending index of one shard. A read continues strictly after it. The first and the
 * last instant stand for the infinite timestamps of the database.
 */
public record IndexPosition(Instant createdAt, UUID id) {

    private static final UUID MIN_ID = new UUID(0, 0);

    /** This position is before every row, including those whose creation time is infinitely early. */
    public static final IndexPosition START = new IndexPosition(Instant.MIN, MIN_ID);

    /** Returns the position before every row of this instant and later. */
    public static IndexPosition from(Instant instant) {
        return new IndexPosition(instant, MIN_ID);
    }

    /** Returns the position that is earlier by this time, before every row of its instant. */
    public IndexPosition minus(Duration slack) {
        boolean saturates = Duration.between(Instant.MIN, createdAt).compareTo(slack) < 0;
        return saturates ? START : from(createdAt.minus(slack));
    }

    /**
     * Returns whether this position has an earlier creation time. The comparison ignores the ids, because Java orders
     * UUIDs differently from the database.
     */
    public boolean isBefore(IndexPosition other) {
        return createdAt.isBefore(other.createdAt);
    }
}
