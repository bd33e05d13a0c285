package dev.studybuddy.publisher;

import java.time.Duration;

/**
 * Detects a thread of the Kafka client that ended. Each send has an outcome after the producer's timeouts, unless this
 * thread no longer runs. The sends without an outcome would then fill the memory, and no other signal shows the fault.
 */
final class OutcomeDeadline {

    /** A send without an outcome is lost after the guard of a lease times this factor. The guard exceeds each send. */
    private static final int GUARDS = 2;

    private final Duration deadline;

    /** Reports that the outcome of a send is lost, so that the publisher must end and start again. */
    static final class LostOutcomeError extends Error {
        private static final long serialVersionUID = 1;

        private LostOutcomeError(String message) {
            super(message);
        }
    }

    OutcomeDeadline(Duration guard) {
        this.deadline = guard.multipliedBy(GUARDS);
    }

    /**
     * Checks the time that the oldest send without an outcome has taken so far.
     *
     * @throws LostOutcomeError if the outcome can no longer arrive
     */
    void check(long longestSendNanos) {
        if (longestSendNanos > deadline.toNanos()) {
            throw new LostOutcomeError("A send has had no outcome for "
                    + Duration.ofNanos(longestSendNanos).toMillis()
                    + " ms, although the producer ends each send earlier; a thread of the Kafka client may have ended");
        }
    }
}
