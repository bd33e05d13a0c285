package dev.studybuddy.api.cockroach;

import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Until when the request of this thread may wait for the database; threads without a request have none. */
public final class Deadline {

    private static final ThreadLocal<@Nullable Deadline> CURRENT = new ThreadLocal<>();

    private final Duration budget;
    private long endsAt;

    private Deadline(Duration budget) {
        this.budget = budget;
        this.endsAt = System.nanoTime() + budget.toNanos();
    }

    static void begin(Duration budget) {
        CURRENT.set(new Deadline(budget));
    }

    static void end() {
        CURRENT.remove();
    }

    /** Gives the request its whole budget again, after a wait that was asked for and is bounded by itself. */
    public static void restart() {
        Deadline current = CURRENT.get();
        if (current != null) {
            current.endsAt = System.nanoTime() + current.budget.toNanos();
        }
    }

    /** Nanoseconds that are left, 0 or less where the deadline passed; empty on a thread without a request. */
    public static OptionalLong remainingNanos() {
        Deadline current = CURRENT.get();
        return current == null ? OptionalLong.empty() : OptionalLong.of(current.endsAt - System.nanoTime());
    }
}
