package dev.studybuddy.publisher.publish;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** A place on the pending index of one shard: reading goes on strictly after it. */
public record Position(Instant createdAt, UUID id) {

    private static final UUID LEAST = new UUID(0, 0);

    /** Before every row. */
    static final Position START = new Position(Instant.EPOCH, LEAST);

    /** Before every row of this instant and later. */
    static Position from(Instant instant) {
        return new Position(instant, LEAST);
    }

    Position minus(Duration slack) {
        return from(createdAt.minus(slack));
    }

    /** Whether this is an earlier instant; ids of one instant are ordered by the database alone. */
    boolean isBefore(Position other) {
        return createdAt.isBefore(other.createdAt);
    }
}
