package dev.studybuddy.publisher.publish;

import java.time.Duration;
import java.util.Collection;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * When which shards are polled, and when the next sweeps are due. All shards are polled in an interval that grows on a
 * silent system; those that were woken, or have more than a page took, before that. Shards are bits.
 */
final class PollTimes {

    static final long ALL = -1L;
    /** More shards than these are read as well with all others: a branch of a poll without new rows costs little. */
    private static final int FEW = 16;

    private final PublishSettings.Polling settings;
    private long waitNanos;
    private long lastPoll;
    private boolean started;
    private long nextPoll;
    private long nextSweep;
    private long nextDeepSweep;
    private int lastShard;
    private long woken;
    private long more;
    private long trustWakeUpsUntil;

    PollTimes(PublishSettings.Polling settings) {
        this.settings = settings;
        this.waitNanos = settings.interval().toNanos();
    }

    private void start(long now) {
        if (!started) {
            started = true;
            nextPoll = now;
            lastPoll = now - settings.spacing().toNanos();
            trustWakeUpsUntil = now;
            nextSweep = now + settings.sweepInterval().toNanos();
            nextDeepSweep = now + settings.deepSweepInterval().toNanos();
        }
    }

    /** Something new is said to be in these shards: polled at once, but for the spacing, in which more may come. */
    void woken(long now, long shards) {
        start(now);
        woken |= shards;
        trustWakeUpsUntil = now + settings.idleInterval().toNanos();
    }

    private long spaced(long now) {
        long earliest = lastPoll + settings.spacing().toNanos();
        return earliest - now > 0 ? earliest : now;
    }

    /** The shards to be polled now: all, some, or none. */
    long due(long now) {
        start(now);
        long some = more | (spaced(now) == now ? woken : 0);
        return now - nextPoll >= 0 || Long.bitCount(some) > FEW ? ALL : some;
    }

    /**
     * A poll began at this instant.
     *
     * @param polled the shards that were due
     * @param news whether it found new rows
     * @param full those of whom a page was full, so that they are due at once
     */
    void polled(long now, long polled, boolean news, long full) {
        Duration interval = settings.interval();
        lastPoll = now;
        woken &= ~polled;
        more = (more & ~polled) | full;
        if (news || full != 0) {
            waitNanos = interval.toNanos();
        }
        if (polled != ALL) {
            long soon = now + waitNanos;
            nextPoll = soon - nextPoll < 0 ? soon : nextPoll;
        } else if (news && now - trustWakeUpsUntil >= 0) {
            // Nobody tells of events: where some came, more may have come meanwhile.
            nextPoll = spaced(now);
        } else {
            nextPoll = now + waitNanos;
            waitNanos = Math.min(settings.idleInterval().toNanos(), waitNanos + interval.toNanos() / 4);
        }
    }

    boolean sweepDue(long now) {
        start(now);
        return now - nextSweep >= 0;
    }

    boolean deepSweepDue(long now) {
        return now - nextDeepSweep >= 0;
    }

    void swept(long now, boolean deep) {
        nextSweep = now + settings.sweepInterval().toNanos();
        if (deep) {
            nextDeepSweep = now + settings.deepSweepInterval().toNanos();
        }
    }

    /** The next shard after the last one that matches; null when none does. */
    @Nullable
    ShardCursor roundRobin(Collection<ShardCursor> cursors, Predicate<ShardCursor> matching) {
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

    long next(long now, @Nullable Long other) {
        long next = Math.min(nextPoll, nextSweep);
        next = woken == 0 ? next : Math.min(next, spaced(now));
        next = more == 0 ? next : Math.min(next, now);
        return other == null ? next : Math.min(next, other);
    }
}
