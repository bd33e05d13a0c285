package dev.studybuddy.api.subject;

import dev.studybuddy.api.http.ItemProblem;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.job.Job;
import dev.studybuddy.api.job.JobState;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * Describes a change of subjects and its progress.
 *
 * @param done the number of todos and sessions that have received the new subject
 * @param error a sentence that states why the change failed and how the caller continues; null unless it failed
 * @param problem the problem of a failed change, whose detail is {@code error}; null unless the change failed
 */
record SubjectChangeView(
        UUID jobId,

        @Schema(allowableValues = {"queued", "running", "done", "failed", "cancelled"})
        String state,

        long done,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable String error,
        @Nullable ItemProblem problem) {

    /** A rename fails with this problem, whose slug is the job's error, if the new subject exists when it begins. */
    static final Problem TARGET_EXISTED = SubjectChange.subjectExists("The caller had a subject with the new name when"
            + " the change began, so nothing was changed. Use /api/subjects/merge to combine the subjects.");

    static SubjectChangeView of(Job job) {
        Problem problem = job.state() == JobState.FAILED ? problemOf(job) : null;
        return new SubjectChangeView(
                job.id(),
                job.state().code(),
                job.done(),
                job.startedAt(),
                job.finishedAt(),
                problem == null ? null : problem.detail(),
                problem == null ? null : ItemProblem.of(problem));
    }

    /** Returns a problem without the text of the job's error, which contains internals that only operators may read. */
    private static Problem problemOf(Job job) {
        if (TARGET_EXISTED.slug().equals(job.error())) {
            return TARGET_EXISTED;
        }
        return Problem.of(
                HttpStatus.INTERNAL_SERVER_ERROR,
                "internal-error",
                "Internal Server Error",
                "The service failed before all todos and sessions had the new subject. Merge the remaining subjects"
                        + " into the new one to change the other todos and sessions.");
    }
}
