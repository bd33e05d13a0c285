package dev.studybuddy.publisher.publish;

import dev.studybuddy.publisher.lease.Lease;
import dev.studybuddy.publisher.lease.ShardLeases;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The cursors of the shards that are served: one from when a lease comes until it goes, or is to go. */
final class Cursors {

    private final Ordering ordering;
    private final TopicBlocks blocks;
    private final ShardLeases leases;
    private final Map<Integer, ShardCursor> byShard = new HashMap<>();
    /** The changes of the leases that were followed. */
    private long followed = -1;

    Cursors(Ordering ordering, TopicBlocks blocks, ShardLeases leases) {
        this.ordering = ordering;
        this.blocks = blocks;
        this.leases = leases;
    }

    /** Follows the leases: begins shards that came, forgets those that went, drains those that are going. */
    void follow(long now, Function<String, @Nullable String> stillBlocked) {
        long changes = leases.changes();
        if (changes != followed || leases.anyDraining()) {
            follow(leases.owned(), now);
            followed = changes;
        }
        for (TopicBlocks.Resumed resumed : blocks.due(now, stillBlocked)) {
            ShardCursor cursor = byShard.get(resumed.shard());
            if (cursor != null) {
                cursor.sweepFrom(resumed.from());
            }
        }
    }

    private void follow(Collection<Lease> owned, long now) {
        for (ShardCursor cursor : List.copyOf(byShard.values())) {
            Lease lease = leases.of(cursor.shard);
            if (lease == null || lease.epoch() != cursor.epoch || lease.draining()) {
                byShard.remove(cursor.shard);
                ordering.forgetShard(cursor.shard, now);
                blocks.forgetShard(cursor.shard);
            }
        }
        for (Lease lease : owned) {
            if (lease.draining()) {
                if (ordering.busy(lease.shard()) == 0) {
                    leases.drained(lease.shard(), lease.epoch());
                }
            } else {
                serve(lease, now);
            }
        }
    }

    private void serve(Lease lease, long now) {
        ShardCursor cursor =
                byShard.computeIfAbsent(lease.shard(), shard -> new ShardCursor(lease, leases.databaseNow(), now));
        if (cursor.sweepRequested(lease.sweepRequestedAt())) {
            ordering.remembered().openShard(lease.shard(), now);
            cursor.sweepFrom(Position.START);
        }
    }

    Collection<ShardCursor> all() {
        return byShard.values();
    }

    /** That of a shard that is served. */
    ShardCursor of(int shard) {
        ShardCursor cursor = byShard.get(shard);
        if (cursor == null) {
            throw new IllegalStateException("no cursor for shard " + shard);
        }
        return cursor;
    }
}
