package dev.studybuddy.api.cockroach;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Limits how long this thread's request may wait for the database. A thread without a request has no deadline. */
public final class Deadline {

    private static final ThreadLocal<@Nullable Deadline> CURRENT = new ThreadLocal<>();

    private final Duration budget;
    private final MonotonicClock clock;
    private long endsAtNanos;

    private Deadline(Duration budget, MonotonicClock clock) {
        this.budget = budget;
        this.clock = clock;
        this.endsAtNanos = clock.nanos() + budget.toNanos();
    }

    static void begin(Duration budget, MonotonicClock clock) {
        CURRENT.set(new Deadline(budget, clock));
    }

    static void end() {
        CURRENT.remove();
    }

    /** Restores the whole budget of the request after an intended wait that has its own bound. */
    public static void restart() {
        Deadline current = CURRENT.get();
        if (current != null) {
            current.endsAtNanos = current.clock.nanos() + current.budget.toNanos();
        }
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
