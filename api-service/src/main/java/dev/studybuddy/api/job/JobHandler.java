package dev.studybuddy.api.job;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Runs the jobs of one kind. A step may run twice, because an instance can crash or lose its lease after the step and
 * before its progress is recorded.
 */
public interface JobHandler {

    /**
     * Returns the value of the column {@code jobs.kind} for the jobs of this handler. One job of a kind runs at a time.
     */
    String kind();

    /**
     * Returns the kinds of the jobs that this handler runs. By default, it runs only its own kind. A handler whose jobs
     * may run in parallel also returns kinds of the form {@code kind/name}, because one job of each kind runs at a
     * time. The runner calls this method in every round.
     */
    default Set<String> kinds() {
        return Set.of(kind());
    }

    /**
     * Returns whether an operator may cancel a job of this handler. A job that cannot be cancelled is retried until it
     * is done.
     */
    default boolean isCancellable() {
        return true;
    }

    /** Returns the fields of the answer that are specific to the kind, with their values before the first step. */
    default Map<String, ?> emptyResult() {
        return Map.of();
    }

    /**
     * Returns the record that documents the fields of the answer that are specific to the kind; empty if there are
     * none.
     */
    default Optional<Class<? extends Record>> resultType() {
        return Optional.empty();
    }

    /**
     * Runs the job from its cursor on. The job is done when this method returns.
     *
     * @throws JobStoppedException if the context threw it
     * @throws JobFailedException if the job fails for a reason that the handler expects
     * @throws Exception if the attempt fails for another reason. A job that cannot be cancelled is then always retried.
     *     A job that can be cancelled is retried after an outage of a server, a lock timeout or a conflict with another
     *     transaction, until it has used {@code studybuddy.jobs.attempts} attempts; any other exception fails it
     */
    void run(JobContext job) throws Exception;
}
