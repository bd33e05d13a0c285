package dev.studybuddy.api.outbox;

import dev.studybuddy.api.job.JobContext;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Limits the rate at which jobs write events, so that the events of requests do not wait behind those of jobs. */
@Component
public final class JobEventThrottle {

    private static final int MAX_PENDING = 1000;
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(100);

    private final PendingEvents pendingEvents;

    JobEventThrottle(PendingEvents pendingEvents) {
        this.pendingEvents = pendingEvents;
    }

    /**
     * Waits until the pending events and the events of the job's next step are together at most 1 000. The pending
     * events of requests count too, so a job also waits for a backlog that it did not cause.
     *
     * @param events the number of events that the step writes, at most 1 000
     * @throws dev.studybuddy.api.job.JobStoppedException if the job must stop
     */
    public void await(JobContext job, int events) {
        job.checkpoint();
        while (pendingEvents.countUpTo(MAX_PENDING) > MAX_PENDING - events) {
            job.reportWait(
                    "More than " + (MAX_PENDING - events) + " events are pending in the outbox. GET /api/health/sync"
                            + " shows the publishers, Kafka and what is paused.");
            job.waitFor(CHECK_INTERVAL);
        }
        job.reportWait(null);
    }

    /** Returns a new tracker for the events of one job, which then waits for its own events only. */
    public EmittedEvents track() {
        return new EmittedEvents(pendingEvents);
    }
}
