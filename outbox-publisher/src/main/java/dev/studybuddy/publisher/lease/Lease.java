package dev.studybuddy.publisher.lease;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A lease is the right of this instance to publish one shard.
 *
 * @param shard the shard, from 0 to 63
 * @param epoch the number that every take and every hand-over raises; each fenced write has it in its WHERE clause
 * @param trustedUntilNanos the monotonic instant before which the database cannot have given the shard to another
 *     instance
 * @param draining whether no new send starts, because the shard will be handed over to another instance
 * @param sweepRequestedAt the time of an operator's last request for a sweep by the database's clock; null if there is
 *     none
 */
public record Lease(
        int shard,
        long epoch,
        long trustedUntilNanos,
        boolean draining,
        @Nullable Instant sweepRequestedAt) {

    /** Returns a copy of this lease that is draining. */
    Lease asDraining() {
        return new Lease(shard, epoch, trustedUntilNanos, true, sweepRequestedAt);
    }

    /** Returns a copy of this lease that is not draining. */
    Lease asServing() {
        return new Lease(shard, epoch, trustedUntilNanos, false, sweepRequestedAt);
    }

    /** Returns the remaining time of trust in nanoseconds. It is negative if the lease is no longer trusted. */
    public long remainingNanos(long nowNanos) {
        return trustedUntilNanos - nowNanos;
    }
}
