package dev.studybuddy.api.operations.generation;

import dev.studybuddy.api.job.Job;
import dev.studybuddy.api.job.JobState;
import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.api.operations.backup.FullBackupJob;
import dev.studybuddy.api.outbox.UnpublishedEvents;
import dev.studybuddy.readmodel.Generation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Queues and checks the backup job that emits the snapshots which a generation requires. The generation record states
 * the requirement and determines the job's id. Therefore the job is queued once, and each activation waits for it, even
 * if the instance that started the rebuild crashes before it queues the job.
 */
@Component
final class RequiredSnapshots {

    private final Jobs jobs;
    private final UnpublishedEvents unpublishedEvents;

    RequiredSnapshots(Jobs jobs, UnpublishedEvents unpublishedEvents) {
        this.jobs = jobs;
        this.unpublishedEvents = unpublishedEvents;
    }

    /** A state describes the progress of the snapshots that a generation requires. */
    enum State {
        /** The generation requires no snapshots, or all of them are on the topics. */
        COMPLETE,
        /**
         * The backup job has not ended, or some snapshots are not on the topics. A dead-lettered snapshot is on its
         * topic only after an operator has retried it and a publisher has published it. The generation does not wait
         * for a snapshot that an operator discarded.
         */
        PENDING,
        /** The backup job emitted all snapshots, and the search for those that are not on the topics took too long. */
        UNKNOWN,
        /** The backup job ended without emitting all snapshots. */
        FAILED
    }

    /** Queues the backup job of a generation that requires snapshots, unless the job exists. */
    void queueIfMissing(String model, Generation generation) {
        UUID id = jobId(model, generation);
        if (generation.snapshotsRequired() && jobs.find(id).isEmpty()) {
            jobs.submitOnce(id, FullBackupJob.KIND, "", Map.of());
        }
    }

    /**
     * Returns the state of the snapshots that a generation requires.
     *
     * @param searchLimit the time after which the search of the next chunk of the outbox does not begin
     */
    State state(String model, Generation generation, Duration searchLimit) {
        if (!generation.snapshotsRequired()) {
            return State.COMPLETE;
        }
        Optional<Job> backup = jobs.find(jobId(model, generation));
        if (backup.isEmpty() || !backup.get().state().isFinal()) {
            return State.PENDING;
        }
        Job ended = backup.get();
        if (ended.state() != JobState.DONE || ended.finishedAt() == null) {
            return State.FAILED;
        }
        Instant startedAt = ended.startedAt() == null ? ended.createdAt() : ended.startedAt();
        return unpublishedEvents
                .hasSnapshot(startedAt, ended.finishedAt(), searchLimit)
                .map(found -> found ? State.PENDING : State.COMPLETE)
                .orElse(State.UNKNOWN);
    }

    private static UUID jobId(String model, Generation generation) {
        String cause = "snapshots of " + model + ' ' + generation.number() + " from " + generation.startedAt();
        return UUID.nameUUIDFromBytes(cause.getBytes(StandardCharsets.UTF_8));
    }
}
