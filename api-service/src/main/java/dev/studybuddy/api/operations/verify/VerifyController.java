package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.audit.AdminAuditLog;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.idempotency.IdempotentRequest;
import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.operations.job.JobAnswers;
import dev.studybuddy.api.operations.job.JobCancellation;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

@RestController
final class VerifyController {

    private final Jobs jobs;
    private final JobAnswers answers;
    private final AdminAuditLog auditLog;
    private final JobCancellation cancellation;
    private final GenerationStore store;

    VerifyController(
            Jobs jobs,
            JobAnswers answers,
            AdminAuditLog auditLog,
            JobCancellation cancellation,
            MongoDatabases databases) {
        this.jobs = jobs;
        this.answers = answers;
        this.auditLog = auditLog;
        this.cancellation = cancellation;
        this.store = new GenerationStore(databases.requests());
    }

    /**
     * This record documents the body of the request.
     *
     * @param repair whether the job repairs drift by events; the default is false
     * @param model the name of the read model; without it, the job verifies all read models
     */
    record VerifyRequest(
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable
            Boolean repair,

            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED, example = "study") @Nullable
            String model) {}

    @Operation(
            operationId = "startVerify",
            summary = "Compares CockroachDB with all read models, or with one, in a job; with repair, the job also"
                    + " repairs drift by events")
    @RequestBody(required = false, content = @Content(schema = @Schema(implementation = VerifyRequest.class)))
    @ApiResponse(
            responseCode = "202",
            content = @Content(schema = @Schema(implementation = JobAnswers.SubmittedJob.class)))
    @PostMapping("/api/admin/verify")
    ResponseEntity<byte[]> start(Caller caller, HttpServletRequest request, IdempotentRequest post) {
        JsonBody body = JsonBody.ofOptional(request);
        boolean repair = body.bool("repair", false);
        String model = body.code(
                "model",
                VerifyJob.ALL_MODELS,
                VerifyJob.ALL_MODELS,
                this::parseModel,
                "must be the name of a read model; GET /api/admin/projections lists them");
        body.finish();
        Map<String, Object> settings = model.equals(VerifyJob.ALL_MODELS)
                ? Map.of("repair", repair)
                : Map.of("repair", repair, "model", model);
        return post.runInTransaction(() -> {
            Jobs.Submission submission = jobs.submitUnlessUnfinished(VerifyJob.KIND, model, settings);
            if (submission.queued()) {
                auditLog.record(caller, "verify.start", submission.id().toString(), settings);
            }
            return JobAnswers.accepted("/api/admin/verify/", submission.id());
        });
    }

    private String parseModel(String model) {
        if (!model.equals(Names.STUDY) && store.read(model).isEmpty()) {
            throw new IllegalArgumentException(model);
        }
        return model;
    }

    @Operation(
            operationId = "getVerify",
            summary = "Returns the progress and the findings of a verify",
            description = "Each list of findings has at most its first " + VerifyFindings.MAX_LISTED
                    + " entries, and a count of all of them.")
    @ApiResponse(
            responseCode = "200",
            description = "The answer describes the verify: its progress and its findings.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(ref = "#/components/schemas/VerifyJobView")))
    @GetMapping("/api/admin/verify/{id}")
    ObjectNode job(@PathVariable UUID id) {
        return answers.body(id, VerifyJob.KIND);
    }

    @Operation(
            operationId = "cancelVerify",
            summary = "Requests the cancellation of a verify; the repairs that it made stay")
    @ApiResponse(responseCode = "204", description = "The cancellation was requested, or the job had already ended.")
    @DeleteMapping("/api/admin/verify/{id}")
    ResponseEntity<byte[]> cancel(Caller caller, @PathVariable UUID id, IdempotentRequest request) {
        return cancellation.cancel(caller, id, VerifyJob.KIND, request);
    }
}
