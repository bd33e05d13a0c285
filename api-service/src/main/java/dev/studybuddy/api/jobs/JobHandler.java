package dev.studybuddy.api.jobs;

import java.util.Map;
import java.util.Set;

/**
 * Does the jobs of one kind. Each step may be done twice: an instance can die, or lose its lease, between a step and the
 * note of it.
 */
public interface JobHandler {

    /** As in {@code jobs.kind}; one job of a kind runs at a time. */
    String kind();

    /**
     * The kinds that it does: its own, and where its jobs may run side by side one for each lane, {@code kind/lane}. Asked
     * again and again.
     */
    default Set<String> kinds() {
        return Set.of(kind());
    }

    /** Whether an operator may cancel it. One that can't is tried until it is done. */
    default boolean cancellable() {
        return true;
    }

    /** The kind's own part of the answer before the first step. */
    default Map<String, ?> emptyResult() {
        return Map.of();
    }

    /**
     * Does the job, from its cursor. Returning means done.
     *
     * @throws JobStopped passed on from the context
     * @throws Exception an outage (it is taken up again) or a mistake (it fails)
     */
    void run(JobContext job) throws Exception;
}
