package dev.studybuddy.publisher;

import java.time.Duration;

/**
 * Detects that the Kafka client no longer reports the outcomes of sends, for example because its thread ended. No other
 * signal shows this fault, and the events of the sends without an outcome would wait for ever.
 *
 * <p>The producer's timeouts do not bound the time until an outcome. The thread of the client ends the sends whose
 * timeouts are over, and it can do so only between two steps. A step that resolves the names of brokers can block it
 * for many seconds while the name servers do not answer. The publisher is healthy during that time, so the deadline is
 * much longer than such steps. The bounds of the rows in flight limit the memory until then.
 */
final class OutcomeDeadline {

    /** The resolution of the names of several brokers ends within this time, even if no name server answers. */
    private static final Duration SHORTEST = Duration.ofMinutes(5);
    /**
     * A guard that is set to minutes allows sends of minutes, so the deadline is at least the guard times this factor.
     */
    private static final int GUARD_FACTOR = 2;

    private final Duration deadline;

    /** Reports that the outcome of a send is lost, so the publisher must end and start again. */
    static final class LostOutcomeError extends Error {
        private static final long serialVersionUID = 1;

        private LostOutcomeError(String message) {
            super(message);
        }
    }

    OutcomeDeadline(Duration guard) {
        Duration longGuard = guard.multipliedBy(GUARD_FACTOR);
        this.deadline = longGuard.compareTo(SHORTEST) > 0 ? longGuard : SHORTEST;
    }

    /**
     * Checks the time that the oldest send without an outcome has taken so far.
     *
     * @throws LostOutcomeError if the deadline is over
     */
    void check(long longestSendNanos) {
        if (longestSendNanos > deadline.toNanos()) {
            throw new LostOutcomeError("A send has had no outcome for "
                    + Duration.ofNanos(longestSendNanos).toMillis()
                    + " ms, although the deadline is " + deadline.toMillis()
                    + " ms; a thread of the Kafka client may have ended");
        }
    }
}
