package dev.studybuddy.api.outbox;

import org.springframework.stereotype.Component;

/** Limits the rate at which jobs write events, so that the events of requests do not wait behind those of jobs. */
@Component
public final class JobEventThrottle {

    private final PendingEvents pendingEvents;

    JobEventThrottle(PendingEvents pendingEvents) {
        this.pendingEvents = pendingEvents;
    }

    /**
     * Returns a new tracker for the events of one job, or of jobs that run one after the other. The job waits until the
     * unpublished events of the tracker and those of its next batch are together at most 1 000.
     *
     * @param batchSize the largest number of events of a batch, at most 1 000
     */
    public EmittedEvents track(int batchSize) {
        return new EmittedEvents(pendingEvents, batchSize);
    }
}
