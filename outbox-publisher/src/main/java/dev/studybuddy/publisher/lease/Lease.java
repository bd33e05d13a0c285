package dev.studybuddy.publisher.lease;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One shard that this instance owns.
 *
 * @param shard which
 * @param epoch raised by every take and hand-over; stands in the WHERE of every fenced write
 * @param trustedUntilNanos monotonic instant before which the database can't have given the shard to another
 * @param draining no new send; the shard is on its way to another instance
 * @param sweepRequestedAt when an operator last asked for a sweep, by the database's clock
 */
public record Lease(
        int shard,
        long epoch,
        long trustedUntilNanos,
        boolean draining,
        @Nullable Instant sweepRequestedAt) {

    Lease drain() {
        return new Lease(shard, epoch, trustedUntilNanos, true, sweepRequestedAt);
    }

    Lease serve() {
        return new Lease(shard, epoch, trustedUntilNanos, false, sweepRequestedAt);
    }

    /** How long this lease is still to be trusted, nanoseconds; negative when it isn't. */
    public long remainingNanos(long nowNanos) {
        return trustedUntilNanos - nowNanos;
    }
}
