package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.Backoff;
import dev.studybuddy.outbox.Shards;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tracks the shards whose poll failed, so that one of them does not stop the others. After the statement for several
 * shards failed, each of them has a statement of its own until such statements succeed. A shard that fails alone backs
 * off, and its next statement requests fewer rows. A shard whose poll waited too long for another transaction is polled
 * again after a constant time and with the same number of rows, because neither a longer wait nor a smaller page helps.
 */
final class FailedPolls {

    private static final Backoff BACKOFF = Backoff.between(Duration.ofSeconds(5), Duration.ofSeconds(60));
    private static final Duration LOCK_WAIT = Duration.ofSeconds(5);
    /** Each failure divides the number of rows by eight. */
    private static final int SHRINK_BITS = 3;

    private static final int MAX_SHRINKS = 10;

    /** This is the set of shards that need a statement of their own; bit n stands for shard n. */
    private long separateShards;

    private int lastSeparate;
    private final int[] failures = new int[Shards.COUNT];
    private final int[] shrinks = new int[Shards.COUNT];

    boolean needsOwnStatement(ShardCursor cursor) {
        return (separateShards & (1L << cursor.shard)) != 0;
    }

    /** Returns the next cursor, in turn, that needs a statement of its own, or null if there is none. */
    @Nullable
    ShardCursor nextSeparate(List<ShardCursor> cursors) {
        ShardCursor next = null;
        for (ShardCursor cursor : cursors) {
            boolean isNearer = next == null || distance(cursor) < distance(next);
            next = needsOwnStatement(cursor) && isNearer ? cursor : next;
        }
        lastSeparate = next == null ? lastSeparate : next.shard;
        return next;
    }

    private int distance(ShardCursor cursor) {
        return Math.floorMod(cursor.shard - lastSeparate - 1, Shards.COUNT);
    }

    /** Returns the number of rows that the next statement of a shard may return. */
    int rows(ShardCursor cursor, int rows) {
        return Math.max(1, rows >> (SHRINK_BITS * shrinks[cursor.shard]));
    }

    /** Records that a statement for several shards failed. */
    void recordCommonFailure(int shard) {
        separateShards |= 1L << shard;
    }

    /** Records that the statement of one shard failed, and returns the time for which the shard backs off. */
    Duration recordFailure(int shard) {
        separateShards |= 1L << shard;
        shrinks[shard] = Math.min(MAX_SHRINKS, shrinks[shard] + 1);
        return BACKOFF.bound(failures[shard]++);
    }

    /**
     * Records that the statement of one shard waited too long for another transaction, and returns the time for which
     * the shard backs off.
     */
    Duration recordLockTimeout(int shard) {
        separateShards |= 1L << shard;
        return LOCK_WAIT;
    }

    /** Records that the statement of one shard succeeded. Its next statement may return more rows again. */
    void recordSuccess(int shard) {
        failures[shard] = 0;
        shrinks[shard] = Math.max(0, shrinks[shard] - 1);
        if (shrinks[shard] == 0) {
            separateShards &= ~(1L << shard);
        }
    }
}
