package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.Backoff;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Remembers the partitions that ended a producer session. Their records are sent alone until one is acknowledged and a
 * backoff is over, so that a partition at fault ends few sessions.
 */
final class ChainPauses {

    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(5);
    /** A partition that ended no session for this time begins with the shortest backoff again. */
    private static final long FORGET_NANOS = Duration.ofMinutes(1).toNanos();

    private final Backoff backoff = Backoff.between(FIRST, LONGEST);
    // The number of partitions bounds this map.
    private final Map<Destination, Pause> pauses = new HashMap<>();

    private static final class Pause {
        int failures;
        long untilNanos;
        boolean acknowledged;
    }

    /** Records that a record of this partition ended a session. */
    void recordEndedSession(Destination partition, long nowNanos) {
        Pause pause = pauses.computeIfAbsent(partition, key -> new Pause());
        pause.untilNanos = nowNanos + backoff.bound(pause.failures++).toNanos();
        pause.acknowledged = false;
    }

    /** Records that a record of this partition was acknowledged. */
    void recordAcknowledgement(Supplier<Destination> partition) {
        if (!pauses.isEmpty()) {
            Pause pause = pauses.get(partition.get());
            if (pause != null) {
                pause.acknowledged = true;
            }
        }
    }

    /** Returns whether a chain of this partition may begin. */
    boolean mayBegin(Supplier<Destination> partition, long nowNanos) {
        if (pauses.isEmpty()) {
            return true;
        }
        Destination key = partition.get();
        Pause pause = pauses.get(key);
        if (pause == null) {
            return true;
        }
        boolean may = pause.acknowledged && nowNanos - pause.untilNanos >= 0;
        if (may && nowNanos - pause.untilNanos > FORGET_NANOS) {
            pauses.remove(key);
        }
        return may;
    }
}
