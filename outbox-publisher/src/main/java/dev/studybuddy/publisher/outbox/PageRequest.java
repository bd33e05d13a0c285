package dev.studybuddy.publisher.outbox;

import dev.studybuddy.publisher.ordering.IndexPosition;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * This request selects a shard's pending rows strictly after a position.
 *
 * @param upTo the latest creation time of a selected row; null if there is no such limit
 * @param limit the maximum number of rows; a power of two, because CockroachDB prepares a statement for each limit
 */
public record PageRequest(
        int shard, IndexPosition after, @Nullable Instant upTo, int limit) {

    /** This shard does not exist. Unused branches of a statement read it and find no row. */
    public static final int NO_SHARD = -1;

    /** Creates a request without an upper bound of the creation time. */
    public PageRequest(int shard, IndexPosition after, int limit) {
        this(shard, after, null, limit);
    }
}
