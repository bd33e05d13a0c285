package dev.studybuddy.publisher.publish;

import java.util.Collection;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Selects shards in round-robin order by their numbers. */
final class ShardRoundRobin {

    private int lastShard;

    /** Returns the next matching shard after the one that was last in turn, or null if none matches. */
    @Nullable
    ShardCursor next(Collection<ShardCursor> cursors, Predicate<ShardCursor> matching) {
        ShardCursor first = null;
        ShardCursor after = null;
        for (ShardCursor cursor : cursors) {
            if (matching.test(cursor)) {
                first = first == null || cursor.shard < first.shard ? cursor : first;
                boolean later = cursor.shard > lastShard;
                after = later && (after == null || cursor.shard < after.shard) ? cursor : after;
            }
        }
        ShardCursor next = after == null ? first : after;
        lastShard = next == null ? lastShard : next.shard;
        return next;
    }
}
