package dev.studybuddy.api.operations.backup;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.audit.AdminAuditLog;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.TextRule;
import dev.studybuddy.api.http.UnrenderedAnswer;
import dev.studybuddy.api.idempotency.IdempotentRequest;
import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.api.operations.job.JobAnswers;
import dev.studybuddy.api.operations.job.JobCancellation;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

@RestController
final class BackupController {

    private static final String UUID_PATTERN = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
    private static final TextRule TYPE =
            TextRule.matching(10, "user|todo|session", "must be one of: user, todo, session");
    private static final TextRule USER =
            TextRule.matching(36, UUID_PATTERN, "must be a UUID such as 3f2504e0-4f89-41d3-9a0c-0305e82c3301");

    private final Jobs jobs;
    private final JobAnswers answers;
    private final Snapshots snapshots;
    private final AdminAuditLog auditLog;
    private final JobCancellation cancellation;

    BackupController(
            Jobs jobs, JobAnswers answers, Snapshots snapshots, AdminAuditLog auditLog, JobCancellation cancellation) {
        this.jobs = jobs;
        this.answers = answers;
        this.snapshots = snapshots;
        this.auditLog = auditLog;
        this.cancellation = cancellation;
    }

    @Operation(operationId = "startFullBackup", summary = "Starts a job that emits a snapshot of every aggregate")
    @ApiResponse(
            responseCode = "202",
            content = @Content(schema = @Schema(implementation = JobAnswers.SubmittedJob.class)))
    @PostMapping("/api/backup/full")
    ResponseEntity<byte[]> start(Caller caller, IdempotentRequest post) {
        return post.runInTransaction(() -> {
            Jobs.Submission submission = jobs.submitUnlessUnfinished(FullBackupJob.KIND, "", Map.of());
            if (submission.queued()) {
                auditLog.record(caller, "backup.start", submission.id().toString(), Map.of());
            }
            return JobAnswers.accepted("/api/backup/full/", submission.id());
        });
    }

    @Operation(operationId = "getFullBackup", summary = "Returns a full backup and its progress")
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = JobAnswers.JobView.class)))
    @GetMapping("/api/backup/full/{id}")
    ObjectNode job(@PathVariable UUID id) {
        return answers.body(id, FullBackupJob.KIND);
    }

    @Operation(
            operationId = "cancelFullBackup",
            summary = "Requests the cancellation of a full backup; the snapshots that it emitted stay")
    @ApiResponse(responseCode = "204", description = "The cancellation was requested, or the job had already ended.")
    @DeleteMapping("/api/backup/full/{id}")
    ResponseEntity<byte[]> cancel(Caller caller, @PathVariable UUID id, IdempotentRequest request) {
        return cancellation.cancel(caller, id, FullBackupJob.KIND, request);
    }

    /**
     * This record describes the body of a request for snapshots. At least one field must be present, and an aggregate
     * must match each of them.
     *
     * @param userId the id of the user who owns the aggregates
     * @param changedFrom the earliest time of the last change
     * @param changedTo the time before which the last change happened
     */
    @Schema(name = "SnapshotSelection", minProperties = 1)
    record Selection(
            @Schema(allowableValues = {"user", "todo", "session"}) @Nullable
            String type,

            @Nullable UUID userId,
            @Nullable Instant changedFrom,

            @Schema(example = "2026-11-24T10:00:00.000000Z") @Nullable
            Instant changedTo) {}

    @Operation(
            operationId = "emitSnapshots",
            summary = "Starts a job that emits a snapshot of each aggregate of a type, of a user or of a time range",
            description = "At least one field is required, and an aggregate must match each of them.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = Selection.class)))
    @ApiResponse(
            responseCode = "202",
            description = "The job was queued, or an unfinished job with the same selection exists.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = JobAnswers.SubmittedJob.class)))
    @PostMapping(path = "/api/admin/snapshots", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> snapshots(Caller caller, HttpServletRequest request, IdempotentRequest post) {
        JsonBody body = JsonBody.ofOptional(request);
        String type = body.optionalText("type", null, TYPE);
        String user = body.optionalText("userId", null, USER);
        Instant changedFrom = body.optionalInstant("changedFrom");
        Instant changedTo = body.optionalInstant("changedTo");
        SnapshotCriteria criteria = new SnapshotCriteria(
                type == null ? null : AggregateType.ofCode(type).orElse(null),
                user == null || !user.matches(UUID_PATTERN) ? null : UUID.fromString(user),
                changedFrom,
                changedTo);
        if (criteria.isEmpty()) {
            body.fault("type", "is required unless userId, changedFrom or changedTo is given");
        }
        if (changedFrom != null && changedTo != null && !changedFrom.isBefore(changedTo)) {
            body.fault("changedFrom", "must be before changedTo");
        }
        body.finish();
        Map<String, String> settings = criteria.settings();
        String subject = user == null ? "" : user;
        return post.runInTransaction(() -> {
            Jobs.Submission submission = jobs.submitUnlessUnfinished(SnapshotJob.KIND, subject, settings);
            if (submission.queued()) {
                auditLog.record(caller, "snapshot.start", submission.id().toString(), settings);
            }
            return JobAnswers.accepted("/api/admin/jobs/", submission.id());
        });
    }

    /** This record documents the answer that names a snapshot. */
    record Snapshot(String type, UUID id, long version) {}

    @Operation(operationId = "emitSnapshot", summary = "Emits a snapshot of one aggregate")
    @ApiResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = Snapshot.class)))
    @PostMapping("/api/admin/aggregates/{type}/{id}/snapshot")
    ResponseEntity<byte[]> snapshot(
            Caller caller,
            @Parameter(schema = @Schema(allowableValues = {"user", "todo", "session"})) @PathVariable String type,
            @PathVariable UUID id,
            IdempotentRequest post) {
        AggregateType aggregateType = AggregateType.ofCode(type)
                .orElseThrow(() -> Problem.invalid("type", "must be one of: user, todo, session")
                        .toException());
        return post.runInTransaction(() -> {
            AggregateState state = snapshots
                    .emit(aggregateType, id)
                    .orElseThrow(() -> Problem.notFound(type).toException());
            auditLog.record(caller, "aggregate.snapshot", type + '/' + id, Map.of("version", state.version()));
            return UnrenderedAnswer.of(HttpStatus.ACCEPTED, Map.of("type", type, "id", id, "version", state.version()));
        });
    }
}
