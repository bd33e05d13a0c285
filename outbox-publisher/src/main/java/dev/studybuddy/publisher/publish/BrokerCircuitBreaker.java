package dev.studybuddy.publisher.publish;

import dev.studybuddy.background.Backoff;
import org.jspecify.annotations.Nullable;

/**
 * Stops sends while the broker is unavailable. The circuit breaker keeps its state in memory only: while it is open, no
 * row is written and no attempt is counted. No library is used, because the clock and the random source must be
 * parameters: a simulation can then repeat a run exactly.
 *
 * <pre>CLOSED ──failure──▶ OPEN ──backoff over──▶ PROBING (one record) ──acknowledged──▶ CLOSED; failure ──▶ OPEN</pre>
 */
final class BrokerCircuitBreaker {

    private enum State {
        CLOSED,
        OPEN,
        PROBING
    }

    private final Backoff backoff;
    private State state = State.CLOSED;
    private long retryAtNanos;
    private int failures;
    private @Nullable String reason;

    BrokerCircuitBreaker(Backoff backoff) {
        this.backoff = backoff;
    }

    /**
     * Returns whether a record may be sent. The call that begins the probe returns true, and its caller sends the one
     * record.
     */
    boolean maySend(long nowNanos) {
        if (state == State.OPEN && nowNanos - retryAtNanos >= 0) {
            state = State.PROBING;
            return true;
        }
        return state == State.CLOSED;
    }

    /** Opens the circuit breaker again if the granted probe could not be sent. */
    void cancelProbe() {
        if (state == State.PROBING) {
            state = State.OPEN;
        }
    }

    /**
     * Records a failed send.
     *
     * @return whether the broker was available until now
     */
    boolean recordFailure(long nowNanos, String failure) {
        boolean wasAvailable = state == State.CLOSED && failures == 0;
        if (state != State.OPEN) {
            retryAtNanos = nowNanos + backoff.nanos(failures);
            failures++;
            state = State.OPEN;
        }
        reason = failure;
        return wasAvailable;
    }

    /**
     * Records an acknowledged send.
     *
     * @return whether the broker was unavailable until now
     */
    boolean recordAcknowledgement() {
        boolean wasUnavailable = state != State.CLOSED;
        state = State.CLOSED;
        failures = 0;
        reason = null;
        return wasUnavailable;
    }

    /** Returns the reason why no record is sent, or null if the broker is available. */
    @Nullable
    String reason() {
        return reason;
    }

    /** Returns the monotonic time of the next probe in nanoseconds, or null if the circuit breaker is not open. */
    @Nullable
    Long nextNanos() {
        return state == State.OPEN ? retryAtNanos : null;
    }
}
