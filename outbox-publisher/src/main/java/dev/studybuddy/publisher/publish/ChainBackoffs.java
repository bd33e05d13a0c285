package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.Backoff;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Holds the partitions that ended a producer session. Their records are sent alone until one is acknowledged and a
 * backoff is over, so that a partition at fault ends few producer sessions.
 */
final class ChainBackoffs {

    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(5);
    /** A partition that ended no producer session for this time begins with the shortest backoff again. */
    private static final long RESET_NANOS = Duration.ofMinutes(1).toNanos();

    private final Backoff backoff = Backoff.between(FIRST, LONGEST);
    // The number of partitions bounds this map.
    private final Map<Destination, State> states = new HashMap<>();

    private static final class State {
        int failures;
        long untilNanos;
        boolean acknowledged;
    }

    /** Records that a record of this partition ended a producer session. */
    void recordEndedProducerSession(Destination partition, long nowNanos) {
        State state = states.computeIfAbsent(partition, key -> new State());
        state.untilNanos = nowNanos + backoff.bound(state.failures++).toNanos();
        state.acknowledged = false;
    }

    /** Records that a record of this partition was acknowledged. */
    void recordAcknowledgement(Supplier<Destination> partition) {
        if (!states.isEmpty()) {
            State state = states.get(partition.get());
            if (state != null) {
                state.acknowledged = true;
            }
        }
    }

    /** Returns whether a chain of this partition may begin. */
    boolean mayBegin(Supplier<Destination> partition, long nowNanos) {
        if (states.isEmpty()) {
            return true;
        }
        Destination key = partition.get();
        State state = states.get(key);
        if (state == null) {
            return true;
        }
        boolean mayBegin = state.acknowledged && nowNanos - state.untilNanos >= 0;
        if (mayBegin && nowNanos - state.untilNanos > RESET_NANOS) {
            states.remove(key);
        }
        return mayBegin;
    }
}
