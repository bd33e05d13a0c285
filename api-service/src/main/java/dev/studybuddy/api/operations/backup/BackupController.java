package dev.studybuddy.api.operations.backup;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.audit.AdminAuditLog;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.Reply;
import dev.studybuddy.api.idempotency.IdempotentPost;
import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.api.operations.job.JobResponses;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

@RestController
final class BackupController {

    private final Jobs jobs;
    private final JobResponses responses;
    private final Snapshots snapshots;
    private final AdminAuditLog auditLog;

    BackupController(Jobs jobs, JobResponses responses, Snapshots snapshots, AdminAuditLog auditLog) {
        this.jobs = jobs;
        this.responses = responses;
        this.snapshots = snapshots;
        this.auditLog = auditLog;
    }

    @Operation(summary = "Starts a job that emits a snapshot of every aggregate")
    @ApiResponse(
            responseCode = "202",
            content = @Content(schema = @Schema(implementation = JobResponses.AcceptedJob.class)))
    @PostMapping("/api/backup/full")
    ResponseEntity<byte[]> start(Caller caller, IdempotentPost post) {
        return post.inTransaction(() -> {
            UUID job = jobs.submit(FullBackupJob.KIND, "", Map.of());
            auditLog.note(caller, "backup.start", job.toString(), Map.of());
            return JobResponses.accepted("/api/backup/full/", job);
        });
    }

    @Operation(summary = "Returns a full backup and its progress")
    @ApiResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(implementation = JobResponses.JobState.class)))
    @GetMapping("/api/backup/full/{id}")
    ObjectNode job(@PathVariable UUID id) {
        return responses.body(id, FullBackupJob.KIND);
    }

    /** This record documents the answer that names a snapshot. */
    record Snapshot(String type, UUID id, long version) {}

    @Operation(summary = "Emits a snapshot of one aggregate")
    @ApiResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = Snapshot.class)))
    @PostMapping("/api/admin/aggregates/{type}/{id}/snapshot")
    ResponseEntity<byte[]> snapshot(
            Caller caller, @PathVariable String type, @PathVariable UUID id, IdempotentPost post) {
        AggregateType aggregateType = AggregateType.ofCode(type)
                .orElseThrow(() -> Problem.invalid("type", "must be one of: user, todo, session")
                        .exception());
        return post.inTransaction(() -> {
            AggregateState state = snapshots
                    .emit(aggregateType, id)
                    .orElseThrow(() -> Problem.notFound(type).exception());
            auditLog.note(caller, "aggregate.snapshot", type + '/' + id, Map.of("version", state.version()));
            return Reply.of(HttpStatus.ACCEPTED, Map.of("type", type, "id", id, "version", state.version()));
        });
    }
}
