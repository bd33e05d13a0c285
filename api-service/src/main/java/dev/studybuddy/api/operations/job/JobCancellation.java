package dev.studybuddy.api.operations.job;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.audit.AdminAuditLog;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.UnrenderedAnswer;
import dev.studybuddy.api.idempotency.IdempotentRequest;
import dev.studybuddy.api.job.Jobs;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/**
 * Requests the cancellation of jobs for operators. The audit records a request only if the job has not ended and its
 * kind can be cancelled.
 */
@Component
public final class JobCancellation {

    private final Jobs jobs;
    private final AdminAuditLog auditLog;

    JobCancellation(Jobs jobs, AdminAuditLog auditLog) {
        this.jobs = jobs;
        this.auditLog = auditLog;
    }

    /**
     * Requests the cancellation of a job. A job that has ended already needs no request.
     *
     * @param kind the kind that the job must have; null if every kind is allowed
     * @param request the request, whose answer is stored under its key in the transaction of the cancellation
     * @return a 204 response
     * @throws dev.studybuddy.api.http.ProblemException with status 404 if no job has this id and kind, or 409 if jobs
     *     of its kind cannot be cancelled
     */
    public ResponseEntity<byte[]> cancel(Caller caller, UUID id, @Nullable String kind, IdempotentRequest request) {
        return request.runInTransaction(() -> switch (requestCancellation(caller, id, kind)) {
            // If the job was already finished, the client has what it requested.
            case REQUESTED, FINISHED -> UnrenderedAnswer.of(HttpStatus.NO_CONTENT, null);
            case NOT_CANCELLABLE ->
                throw Problem.conflict(
                                "job-not-cancellable",
                                "Job not cancellable",
                                "Jobs of this kind cannot be cancelled. They are retried until they are done.")
                        .toException();
            case UNKNOWN -> throw Problem.notFound("job").toException();
        });
    }

    private Jobs.Cancellation requestCancellation(Caller caller, UUID id, @Nullable String kind) {
        if (kind != null && jobs.find(id).filter(job -> job.kind().equals(kind)).isEmpty()) {
            return Jobs.Cancellation.UNKNOWN;
        }
        Jobs.Cancellation requested = jobs.cancel(id);
        if (requested == Jobs.Cancellation.REQUESTED) {
            auditLog.record(caller, "job.cancel", id.toString(), Map.of());
        }
        return requested;
    }
}
