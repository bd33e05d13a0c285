package dev.studybuddy.publisher.lease;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * States whether an instance can do its work. An instance succeeds while Kafka answers for each topic that it needs and
 * its publishing rounds complete. It is fit while its last success is recent.
 *
 * @param sinceSuccess the time since the last success; null if the instance never succeeded
 * @param fitFor the time for which the instance has been fit without a break; zero if it is not fit
 */
public record Fitness(@Nullable Duration sinceSuccess, Duration fitFor) {

    /** An instance is fit while its last success is at most this old. */
    public static final Duration FIT_WITHIN = Duration.ofSeconds(10);

    /**
     * An unfit instance hands its shards over only to an instance that has been fit for this long. When an outage of
     * Kafka ends, all instances become fit in a shorter time, so no shard moves.
     */
    static final Duration PROVEN_AFTER = Duration.ofSeconds(10);

    /** An instance that never succeeded has this fitness. */
    public static final Fitness NEVER = new Fitness(null, Duration.ZERO);

    /** An instance of an earlier version, which does not report its successes, counts as fit. */
    public static final Fitness ASSUMED = new Fitness(Duration.ZERO, Duration.ofDays(1));

    /** Returns whether the last success is recent. */
    public boolean isFit() {
        return sinceSuccess != null && sinceSuccess.compareTo(FIT_WITHIN) <= 0;
    }

    /**
     * Returns whether an instance with this fitness hands its shards over to an instance with the other fitness. The
     * other one must have been fit for {@link #PROVEN_AFTER}, and it must have succeeded after this one became unfit.
     * Without the second condition, the same outage may affect both, and the other one may count as fit only because
     * its last success is at most 10 s old.
     */
    boolean handsOverTo(Fitness other) {
        if (isFit() || !other.isFit() || other.fitFor().compareTo(PROVEN_AFTER) < 0) {
            return false;
        }
        return sinceSuccess == null
                || (other.sinceSuccess() != null && other.sinceSuccess().compareTo(sinceSuccess.minus(FIT_WITHIN)) < 0);
    }
}
