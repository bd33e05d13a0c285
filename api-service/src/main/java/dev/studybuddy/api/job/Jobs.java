package dev.studybuddy.api.job;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Submits, finds and cancels jobs. */
@Component
public final class Jobs {

    private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);

    private final JobTable table;
    private final JobList list;
    private final JsonMapper json;
    private final ObjectProvider<JobHandler> handlers;

    Jobs(JobTable table, JobList list, JsonMapper json, ObjectProvider<JobHandler> handlers) {
        this.table = table;
        this.list = list;
        this.json = json;
        this.handlers = handlers;
    }

    /**
     * Queues a job, in the caller's transaction if one is active. If no earlier job of its kind is queued or running,
     * an instance claims it within about a second.
     *
     * @param subject the id or name of the object that the job is about; empty if the kind needs none
     * @param settings the settings that the handler reads
     * @throws IllegalArgumentException if no handler runs jobs of this kind
     */
    public UUID submit(String kind, String subject, Map<String, ?> settings) {
        JobHandler handler = findHandler(kind);
        if (handler == null) {
            throw new IllegalArgumentException("no job handler is registered for the kind " + kind);
        }
        UUID id = UUID.randomUUID();
        table.insert(id, kind, subject, settings, handler.emptyResult());
        logQueuedAfterCommit(id, kind);
        return id;
    }

    /**
     * Queues a job unless a job with this id exists. If several instances derive the same id from the same cause, only
     * one job is queued.
     *
     * @return whether the job was queued
     * @throws IllegalArgumentException if no handler runs jobs of this kind
     */
    public boolean submitOnce(UUID id, String kind, String subject, Map<String, ?> settings) {
        JobHandler handler = findHandler(kind);
        if (handler == null) {
            throw new IllegalArgumentException("no job handler is registered for the kind " + kind);
        }
        boolean queued = table.insertIfAbsent(id, kind, subject, settings, handler.emptyResult());
        if (queued) {
            logQueuedAfterCommit(id, kind);
        }
        return queued;
    }

    /** Logs a queued job when the caller's transaction is committed, or at once outside a transaction. */
    private static void logQueuedAfterCommit(UUID id, String kind) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            logQueued(id, kind);
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                logQueued(id, kind);
            }
        });
    }

    private static void logQueued(UUID id, String kind) {
        LOG.atInfo()
                .addKeyValue("job", id)
                .addKeyValue("kind", kind)
                .log("This instance queued a job; the next free instance claims it");
    }

    /**
     * Queues a job, unless an unfinished job of this kind has the same subject and the same settings. A job whose
     * cancellation was requested does not count, because it ends before its work is complete. The method must run in a
     * transaction, so that two concurrent calls queue only one job.
     *
     * @return the queued job, or the unfinished one
     */
    public Submission submitUnlessUnfinished(String kind, String subject, Map<String, ?> settings) {
        JsonNode requested = json.readTree(json.writeValueAsString(settings));
        return table.findNotCancelled(kind, subject).stream()
                .filter(job -> job.settings().equals(requested))
                .findFirst()
                .map(unfinished -> new Submission(unfinished.id(), false))
                .orElseGet(() -> new Submission(submit(kind, subject, settings), true));
    }

    /**
     * A submission contains the id of the job that does the requested work.
     *
     * @param queued whether the call queued the job; otherwise the job existed before
     */
    public record Submission(UUID id, boolean queued) {}

    /**
     * Returns the matching jobs before a position, newest first.
     *
     * @param before the time of the position
     * @param beforeId the id of the position, which orders jobs with equal times
     * @param limit the largest number of jobs to return
     */
    public List<Job> find(JobCriteria criteria, Instant before, UUID beforeId, int limit) {
        return list.find(criteria, before, beforeId, limit);
    }

    /** Returns the job with this id; empty if no such job exists, for example because the retention has deleted it. */
    public Optional<Job> find(UUID id) {
        return table.find(id);
    }

    /** Returns the queued and running jobs of a kind, oldest first, at most 100. */
    public List<Job> findUnfinished(String kind) {
        return table.findUnfinished(kind);
    }

    /**
     * Returns the queued and running jobs of a kind whose setting has a value, oldest first, at most 100. Other jobs of
     * the kind do not count towards this limit.
     */
    public List<Job> findUnfinished(String kind, String setting, String value) {
        return table.findUnfinished(kind, setting, value);
    }

    /** Returns the newest jobs of a kind and state whose setting has a value, newest first. */
    public List<Job> findNewest(String kind, JobState state, String setting, String value, int limit) {
        return list.findNewest(kind, state, setting, value, limit);
    }

    /** Returns the job of this kind and subject that was created last, in any state. */
    public Optional<Job> findNewest(String kind, String subject) {
        return table.findNewest(kind, subject);
    }

    /** Returns the most recently completed job of each subject of this kind, for at most 100 subjects. */
    public List<Job> findNewestDone(String kind) {
        return table.findNewestDone(kind);
    }

    /** Requests the cancellation of a job. A running job receives the request within about a second. */
    public Cancellation cancel(UUID id) {
        Optional<Job> job = table.find(id);
        if (job.isEmpty()) {
            return Cancellation.UNKNOWN;
        }
        if (!isCancellable(job.get().kind())) {
            return Cancellation.NOT_CANCELLABLE;
        }
        return table.cancel(id) ? Cancellation.REQUESTED : Cancellation.FINISHED;
    }

    /** Returns whether jobs of a kind can be cancelled. A job whose kind has no handler can be cancelled. */
    public boolean isCancellable(String kind) {
        JobHandler handler = findHandler(kind);
        return handler == null || handler.isCancellable();
    }

    /** Returns the handler of a kind, or null if none is registered. The part of the kind after a slash is ignored. */
    private @Nullable JobHandler findHandler(String kind) {
        String handlerKind = kind.split("/", 2)[0];
        return handlers.stream()
                .filter(handler -> handler.kind().equals(handlerKind))
                .findFirst()
                .orElse(null);
    }

    /** A cancellation states the result of a request to cancel a job. */
    public enum Cancellation {
        /** The job is cancelled, it ends at its next checkpoint, or it is cancelled instead of its next attempt. */
        REQUESTED,
        /** The job had already ended. */
        FINISHED,
        /** Jobs of this kind cannot be cancelled. */
        NOT_CANCELLABLE,
        /** No job has this id. */
        UNKNOWN
    }
}
