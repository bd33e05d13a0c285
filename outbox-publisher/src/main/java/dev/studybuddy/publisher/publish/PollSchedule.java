package dev.studybuddy.publisher.publish;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Schedules polls and sweeps. All shards are polled at an interval that grows while polls find no rows, and that grows
 * further if such polls take long. Shards that received a wake-up, or have more rows than one page holds, are polled
 * earlier. A set of shards is a bit mask.
 */
final class PollSchedule {

    static final long ALL = -1L;
    /** If more shards than this number are due, all shards are polled. */
    private static final int MAX_SEPARATE_SHARDS = 48;
    /** A poll of more shards than this number is a large poll. */
    private static final int MANY_SHARDS = 16;
    /**
     * After a large poll that found rows, the spacing is multiplied by this factor. The statement of a poll has a
     * branch for each shard, so fewer large polls save CPU time of the database, and each of them finds more rows.
     */
    private static final int SPACING_FACTOR = 3;
    /**
     * After two polls of all shards that found no new rows, the next one is due after the shorter duration of both
     * times this factor. A poll reads the index entries of each open transaction, and a large open transaction
     * therefore makes each poll slow.
     */
    private static final int DURATION_FACTOR = 10;

    private final PublishSettings.Polling settings;
    private long waitNanos;
    private long lastPollNanos;
    private long spacingNanos;
    private boolean started;
    private long nextPollNanos;
    /** No poll of all shards is due before this time, unless many shards are due together. */
    private long earliestPollNanos;
    /** This is the duration of the last empty poll of all shards, or 0 if a later poll of all shards found rows. */
    private long lastDurationNanos;

    private long nextSweepNanos;
    private long nextDeepSweepNanos;
    private long wokenShards;
    private long shardsWithMore;
    private long expectWakeUpsUntilNanos;

    PollSchedule(PublishSettings.Polling settings) {
        this.settings = settings;
        this.waitNanos = settings.interval().toNanos();
    }

    private void start(long nowNanos) {
        if (!started) {
            started = true;
            nextPollNanos = nowNanos;
            earliestPollNanos = nowNanos;
            spacingNanos = settings.spacing().toNanos();
            lastPollNanos = nowNanos - spacingNanos;
            expectWakeUpsUntilNanos = nowNanos;
            nextSweepNanos = nowNanos + settings.sweepInterval().toNanos();
            nextDeepSweepNanos = nowNanos + settings.deepSweepInterval().toNanos();
        }
    }

    /**
     * Records a wake-up of these shards. They are polled at once, but not before the spacing since the last poll is
     * over; more wake-ups may arrive in that time.
     */
    void wake(long nowNanos, long shards) {
        start(nowNanos);
        wokenShards |= shards;
        expectWakeUpsUntilNanos = nowNanos + settings.idleInterval().toNanos();
    }

    private long afterSpacing(long nowNanos) {
        long earliest = lastPollNanos + spacingNanos;
        return earliest - nowNanos > 0 ? earliest : nowNanos;
    }

    /** Returns the shards that must be polled now: all shards, several, or none. */
    long dueShards(long nowNanos) {
        start(nowNanos);
        long separateShards = shardsWithMore | (afterSpacing(nowNanos) == nowNanos ? wokenShards : 0);
        return nowNanos - nextPollNanos >= 0 || Long.bitCount(separateShards) > MAX_SEPARATE_SHARDS
                ? ALL
                : separateShards;
    }

    /**
     * Records a poll that began at this time.
     *
     * @param polledShards the shards that were due
     * @param foundRows whether the poll found new rows
     * @param fullShards the shards whose page was full, which are due again at once
     */
    void recordPoll(long nowNanos, long polledShards, boolean foundRows, long fullShards) {
        Duration interval = settings.interval();
        lastPollNanos = nowNanos;
        spacingNanos = settings.spacing().toNanos()
                * (foundRows && Long.bitCount(polledShards) > MANY_SHARDS ? SPACING_FACTOR : 1);
        wokenShards &= ~polledShards;
        shardsWithMore = (shardsWithMore & ~polledShards) | fullShards;
        if (foundRows || fullShards != 0) {
            waitNanos = interval.toNanos();
        }
        if (polledShards != ALL) {
            long earlierPollNanos = notBeforeEarliest(nowNanos + waitNanos);
            nextPollNanos = earlierPollNanos - nextPollNanos < 0 ? earlierPollNanos : nextPollNanos;
            return;
        }
        lastDurationNanos = foundRows ? 0 : lastDurationNanos;
        if (foundRows && nowNanos - expectWakeUpsUntilNanos >= 0) {
            // No wake-up arrived within the idle interval, and this poll found rows. The next poll is due as soon as
            // the spacing is over, because more rows may have been committed.
            nextPollNanos = afterSpacing(nowNanos);
        } else {
            nextPollNanos = nowNanos + waitNanos;
            waitNanos = Math.min(settings.idleInterval().toNanos(), waitNanos + interval.toNanos() / 4);
        }
    }

    /**
     * Records a poll of all shards that read no new row. If it and the empty poll before it took long, and no poll of
     * all shards found rows between them, the next poll of all shards is delayed. The delay is at most the interval of
     * sweeps, because late commits wait for up to that interval too. Wake-ups do not wait for it.
     *
     * @param nowNanos the time at which the poll began
     * @param durationNanos the time that its statements took
     */
    void recordEmptyPoll(long nowNanos, long durationNanos) {
        long shorterNanos = Math.min(lastDurationNanos, durationNanos);
        lastDurationNanos = durationNanos;
        earliestPollNanos = nowNanos + Math.min(settings.sweepInterval().toNanos(), DURATION_FACTOR * shorterNanos);
        nextPollNanos = notBeforeEarliest(nextPollNanos);
    }

    private long notBeforeEarliest(long nanos) {
        return nanos - earliestPollNanos < 0 ? earliestPollNanos : nanos;
    }

    boolean isSweepDue(long nowNanos) {
        start(nowNanos);
        return nowNanos - nextSweepNanos >= 0;
    }

    boolean isDeepSweepDue(long nowNanos) {
        return nowNanos - nextDeepSweepNanos >= 0;
    }

    void recordSweep(long nowNanos, boolean deep) {
        nextSweepNanos = nowNanos + settings.sweepInterval().toNanos();
        if (deep) {
            nextDeepSweepNanos = nowNanos + settings.deepSweepInterval().toNanos();
        }
    }

    /**
     * Returns the monotonic time in nanoseconds at which the next poll or sweep is due, or the other time if it is
     * earlier.
     *
     * @param other a further due time, or null if there is none
     */
    long nextNanos(long nowNanos, @Nullable Long other) {
        long next = Math.min(nextPollNanos, nextSweepNanos);
        next = wokenShards == 0 ? next : Math.min(next, afterSpacing(nowNanos));
        next = shardsWithMore == 0 ? next : Math.min(next, nowNanos);
        return other == null ? next : Math.min(next, other);
    }
}
