package dev.studybuddy.publisher.publish;

import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** When the next poll and the next sweeps are due: at once after new rows, backing off on a silent system. */
final class PollTimes {

    private final PublishSettings.Polling settings;
    private long waitNanos;
    private long lastPoll;
    private boolean started;
    private long nextPoll;
    private long nextSweep;
    private long nextDeepSweep;
    private int lastShard;

    PollTimes(PublishSettings.Polling settings) {
        this.settings = settings;
        this.waitNanos = settings.interval().toNanos();
    }

    private void start(long now) {
        if (!started) {
            started = true;
            nextPoll = now;
            lastPoll = now - settings.spacing().toNanos();
            nextSweep = now + settings.sweepInterval().toNanos();
            nextDeepSweep = now + settings.deepSweepInterval().toNanos();
        }
    }

    /** Something new is said to be there: polled at once, but for the spacing, in which more may come. */
    void woken(long now) {
        start(now);
        long soonest = spaced(now);
        nextPoll = soonest - nextPoll < 0 ? soonest : nextPoll;
    }

    private long spaced(long now) {
        long earliest = lastPoll + settings.spacing().toNanos();
        return earliest - now > 0 ? earliest : now;
    }

    boolean pollDue(long now) {
        start(now);
        return now - nextPoll >= 0;
    }

    /**
     * A poll began at this instant.
     *
     * @param news whether it found new rows
     * @param more whether a page was full, so that the next is due at once
     */
    void polled(long now, boolean news, boolean more) {
        Duration interval = settings.interval();
        lastPoll = now;
        if (news || more) {
            waitNanos = interval.toNanos();
            nextPoll = more ? now : spaced(now);
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
    ShardCursor roundRobin(Map<Integer, ShardCursor> cursors, Predicate<ShardCursor> matching) {
        ShardCursor first = null;
        ShardCursor after = null;
        for (ShardCursor cursor : cursors.values()) {
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

    Long next(@Nullable Long other) {
        long next = Math.min(nextPoll, nextSweep);
        return other == null ? next : Long.valueOf(Math.min(next, other));
    }
}
