package dev.studybuddy.api.deadline;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits how long this thread's request may wait for all servers in total, from the time at which the service has
 * received the request with its body. A thread without a request has no deadline.
 */
public final class Deadline {

    /**
     * The statement that records the result of a request may take this long, even if the deadline of the request has
     * passed.
     */
    public static final Duration LAST_STATEMENT_TIME = Duration.ofMillis(200);

    private static final ThreadLocal<@Nullable Deadline> CURRENT = new ThreadLocal<>();

    /** A server that works normally answers within this time. */
    private static final Duration NORMAL_ANSWER = Duration.ofMillis(250);

    private final MonotonicClock clock;
    private long endsAtNanos;

    private Deadline(Duration budget, MonotonicClock clock) {
        this.clock = clock;
        this.endsAtNanos = clock.nanos() + budget.toNanos();
    }

    /**
     * Starts the deadline of this thread's request.
     *
     * @param budget the time from now until the deadline
     */
    public static void begin(Duration budget, MonotonicClock clock) {
        CURRENT.set(new Deadline(budget, clock));
    }

    /** Ends the deadline of the request. */
    public static void end() {
        CURRENT.remove();
    }

    /**
     * Moves the deadline by a wait that the caller requested.
     *
     * @param wait the duration of the wait; a negative duration takes an unused part of it back
     */
    public static void extend(Duration wait) {
        Deadline current = CURRENT.get();
        if (current != null) {
            current.endsAtNanos += wait.toNanos();
        }
    }

    /** Moves the deadline so that at least this time remains, for example to record that a request failed. */
    public static void ensure(Duration least) {
        Deadline current = CURRENT.get();
        if (current != null) {
            long earliest = current.clock.nanos() + least.toNanos();
            if (earliest - current.endsAtNanos > 0) {
                current.endsAtNanos = earliest;
            }
        }
    }

    /**
     * Runs a part of the request that must end early enough to leave time for a later part.
     *
     * @param reserved the time that remains for the later part
     * @return the result of the part
     */
    public static <T extends @Nullable Object> T runReserving(Duration reserved, Supplier<T> part) {
        Deadline current = CURRENT.get();
        if (current == null) {
            return part.get();
        }
        current.endsAtNanos -= reserved.toNanos();
        try {
            return part.get();
        } finally {
            current.endsAtNanos += reserved.toNanos();
        }
    }

    /** Returns the remaining time, at least zero and at most the given duration. */
    public static Duration limit(Duration longest) {
        long remaining = Math.max(0, remainingNanos().orElse(Long.MAX_VALUE));
        return remaining < longest.toNanos() ? Duration.ofNanos(remaining) : longest;
    }

    /**
     * Returns whether less time remains than a server that works normally may need for an answer. A failure then does
     * not show that the server is unavailable, so only this request fails.
     */
    public static boolean isNear() {
        return remainingNanos().orElse(Long.MAX_VALUE) < NORMAL_ANSWER.toNanos();
    }

    /**
     * Returns the remaining nanoseconds, which are 0 or less if the deadline has passed, or nothing on a thread
     * without a request.
     */
    public static OptionalLong remainingNanos() {
        Deadline current = CURRENT.get();
        return current == null ? OptionalLong.empty() : OptionalLong.of(current.endsAtNanos - current.clock.nanos());
    }
}
