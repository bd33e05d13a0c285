package dev.studybuddy.publisher.outbox;

import dev.studybuddy.publisher.ordering.IndexPosition;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * This request selects a shard's pending rows strictly after a position.
 *
 * @param upTo the latest creation time of a selected row; null if there is no such limit
 * @param limit the maximum number of rows; a power of two, because CockroachDB prepares a statement for each limit
 * @param present the ids of rows that are in memory already. The page may contain these rows or omit them. The page may
 *     omit another row with the same id too, which a read finds only after the present row has left memory.
 */
public record PageRequest(
        int shard, IndexPosition after, @Nullable Instant upTo, int limit, List<UUID> present) {

    /** This shard does not exist. Unused branches of a statement read it and find no row. */
    public static final int NO_SHARD = -1;

    /** Creates a request without an upper bound of the creation time. */
    public PageRequest(int shard, IndexPosition after, int limit) {
        this(shard, after, null, limit);
    }

    /** Creates a request whose page contains all rows. */
    public PageRequest(int shard, IndexPosition after, @Nullable Instant upTo, int limit) {
        this(shard, after, upTo, limit, List.of());
    }

    /** Returns whether the request selects all rows from an instant on. */
    boolean beginsAtInstant() {
        return upTo == null && after.equals(IndexPosition.from(after.createdAt()));
    }
}
