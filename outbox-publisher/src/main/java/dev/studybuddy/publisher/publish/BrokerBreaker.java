package dev.studybuddy.publisher.publish;

import org.jspecify.annotations.Nullable;

/**
 * Whether the broker takes records, in memory only: no row is written and no attempt counted while it is away.
 *
 * <pre>CLOSED ──failure──▶ OPEN ──backoff over──▶ PROBING (one record) ──acknowledged──▶ CLOSED; failure ──▶ OPEN</pre>
 */
final class BrokerBreaker {

    private enum State {
        CLOSED,
        OPEN,
        PROBING
    }

    private final Backoff backoff;
    private State state = State.CLOSED;
    private long until;
    private int failures;
    private @Nullable String reason;

    BrokerBreaker(Backoff backoff) {
        this.backoff = backoff;
    }

    /** Whether a record may be sent; while probing, the caller that is told so sends the one. */
    boolean maySend(long nowNanos) {
        if (state == State.OPEN && nowNanos - until >= 0) {
            state = State.PROBING;
            return true;
        }
        return state == State.CLOSED;
    }

    /** The probe that was granted could not be sent after all. */
    void probeUnused() {
        if (state == State.PROBING) {
            state = State.OPEN;
        }
    }

    /** A send failed; answers whether the broker was well until now. */
    boolean failed(long nowNanos, String why) {
        boolean first = state == State.CLOSED && failures == 0;
        if (state != State.OPEN) {
            until = nowNanos + backoff.nanos(failures);
            failures++;
            state = State.OPEN;
        }
        reason = why;
        return first;
    }

    /** A send was acknowledged; answers whether the broker was away until now. */
    boolean acknowledged() {
        boolean was = state != State.CLOSED;
        state = State.CLOSED;
        failures = 0;
        reason = null;
        return was;
    }

    /** Why nothing is sent; null when the broker is well. */
    @Nullable
    String reason() {
        return reason;
    }

    /** When the next record may be sent, where a wait is on. */
    @Nullable
    Long nextNanos() {
        return state == State.OPEN ? until : null;
    }
}
