package dev.studybuddy.api.operations.job;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.audit.AdminAuditLog;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.job.Jobs;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

@RestController
final class JobController {

    private final Jobs jobs;
    private final JobResponses responses;
    private final RetryingTransactions transactions;
    private final AdminAuditLog auditLog;

    JobController(Jobs jobs, JobResponses responses, RetryingTransactions transactions, AdminAuditLog auditLog) {
        this.jobs = jobs;
        this.responses = responses;
        this.transactions = transactions;
        this.auditLog = auditLog;
    }

    @Operation(summary = "Returns a job and its progress")
    @ApiResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(implementation = JobResponses.JobState.class)))
    @GetMapping("/api/admin/jobs/{id}")
    ObjectNode job(@PathVariable UUID id) {
        return responses.body(id, null);
    }

    @Operation(
            summary = "Requests the cancellation of a job; the status is 204, or 409 if its kind cannot be cancelled")
    @ApiResponse(responseCode = "204")
    @DeleteMapping({"/api/admin/jobs/{id}", "/api/backup/full/{id}", "/api/admin/verify/{id}"})
    ResponseEntity<Void> cancel(Caller caller, @PathVariable UUID id) {
        Jobs.Cancellation cancellation = transactions.run(() -> {
            Jobs.Cancellation requested = jobs.cancel(id);
            if (requested == Jobs.Cancellation.REQUESTED) {
                auditLog.note(caller, "job.cancel", id.toString(), Map.of());
            }
            return requested;
        });
        switch (cancellation) {
            case REQUESTED -> {
                // The transaction above has recorded the cancellation in the audit.
            }
            case FINISHED -> {
                // The job has already ended, which is what the client requested.
            }
            case NOT_CANCELLABLE ->
                throw Problem.conflict(
                                "job-not-cancellable",
                                "Job not cancellable",
                                "Jobs of this kind cannot be cancelled. They are retried until they are done.")
                        .exception();
            case UNKNOWN -> throw Problem.notFound("job").exception();
        }
        return ResponseEntity.noContent().build();
    }
}
