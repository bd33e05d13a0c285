package dev.studybuddy.api.operations.generation;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.audit.AdminAuditLog;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.deadline.Deadline;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.UnrenderedAnswer;
import dev.studybuddy.api.idempotency.IdempotentRequest;
import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.Names;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
final class GenerationController {

    private static final String MODEL_RULE = "must be the name of a read model; GET /api/admin/projections lists them";
    private static final String REBUILD = "/api/admin/projections/rebuild";

    /** A request needs this time to queue the jobs of a rebuild, or to abort the rebuild. */
    private static final Duration QUEUEING_TIME = Duration.ofMillis(700);

    private final ReadModelViews readModelViews;
    private final GenerationCommands commands;
    private final ActivationCheck activationCheck;
    private final RequiredSnapshots snapshots;
    private final Jobs jobs;
    private final RetryingTransactions transactions;
    private final AdminAuditLog auditLog;

    GenerationController(
            ReadModelViews readModelViews,
            GenerationCommands commands,
            ActivationCheck activationCheck,
            RequiredSnapshots snapshots,
            Jobs jobs,
            RetryingTransactions transactions,
            AdminAuditLog auditLog) {
        this.readModelViews = readModelViews;
        this.commands = commands;
        this.activationCheck = activationCheck;
        this.snapshots = snapshots;
        this.jobs = jobs;
        this.transactions = transactions;
        this.auditLog = auditLog;
    }

    @Operation(
            operationId = "listReadModels",
            summary = "Lists the generations of each read model with their progress",
            description = "The list has the active, the previous and the building generation of each read model, and"
                    + " the " + ReadModelViews.MAX_UNLISTED + " newest of its other generations.")
    @GetMapping("/api/admin/projections")
    List<ReadModelViews.ReadModelView> list() {
        return readModelViews.findAll();
    }

    /**
     * This record documents the body of the request.
     *
     * @param model the name of the read model; the default is {@code study}
     * @param activate {@code auto}, which is the default, or {@code manual}
     * @param snapshotsFirst whether a job first emits a snapshot of every aggregate; the default is false
     */
    record RebuildRequest(
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED, example = "study") @Nullable
            String model,

            @Schema(
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED,
                    allowableValues = {"auto", "manual"})
            @Nullable
            String activate,

            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable
            Boolean snapshotsFirst) {}

    /** This record documents the answer that names the generation which is being built. */
    record BuildingGeneration(int generation) {}

    /** This record documents the answer that names the generation which serves reads. */
    record ActiveGenerationNumber(int active) {}

    @Operation(operationId = "startRebuild", summary = "Builds the next generation while the active one serves reads")
    @RequestBody(required = false, content = @Content(schema = @Schema(implementation = RebuildRequest.class)))
    @ApiResponse(responseCode = "202", content = @Content(schema = @Schema(implementation = BuildingGeneration.class)))
    @PostMapping(REBUILD)
    ResponseEntity<byte[]> rebuild(Caller caller, HttpServletRequest request, IdempotentRequest post) {
        JsonBody body = JsonBody.ofOptional(request);
        String model = body.code("model", Names.STUDY, Names.STUDY, this::parseModel, MODEL_RULE);
        boolean manual =
                body.code("activate", false, false, GenerationController::parseManual, "must be auto or manual");
        boolean snapshotsFirst = body.bool("snapshotsFirst", false);
        body.finish();
        return post.runOutsideTransaction(() -> {
            int generation = auditLog.runRecorded(
                    caller,
                    "projection.rebuild",
                    model,
                    () -> startRebuild(model, manual, snapshotsFirst),
                    started -> Map.of("generation", started, "manual", manual));
            return UnrenderedAnswer.of(HttpStatus.ACCEPTED, Map.of("generation", generation))
                    .location("/api/admin/projections");
        });
    }

    private int startRebuild(String model, boolean manual, boolean snapshotsFirst) {
        Generation started =
                Deadline.runReserving(QUEUEING_TIME, () -> commands.startRebuild(model, manual, snapshotsFirst));
        try {
            transactions.run(() -> queueJobs(model, started));
        } catch (RuntimeException failed) {
            commands.abort(model, started.number(), "its jobs could not be queued");
            throw failed;
        }
        return started.number();
    }

    private boolean queueJobs(String model, Generation started) {
        snapshots.queueIfMissing(model, started);
        if (!started.manual()) {
            jobs.submit(ActivationJob.kind(model), String.valueOf(started.number()), ActivationJob.settings(model));
        }
        return true;
    }

    @Operation(operationId = "abortRebuild", summary = "Aborts the building generation")
    @ApiResponse(responseCode = "204")
    @DeleteMapping(REBUILD + "/{generation}")
    ResponseEntity<byte[]> abort(
            Caller caller,
            @PathVariable int generation,
            @Parameter(
                            description = "The value is the name of a read model.",
                            schema = @Schema(defaultValue = Names.STUDY, pattern = "[a-z]{1,20}"),
                            example = "study")
                    @RequestParam(defaultValue = Names.STUDY)
                    String model,
            IdempotentRequest request) {
        requireModel(model);
        return request.runOutsideTransaction(() -> {
            auditLog.runRecorded(caller, "projection.abort", model + '/' + generation, () -> {
                commands.abort(model, generation, "aborted by " + caller.userId());
                return generation;
            });
            return UnrenderedAnswer.of(HttpStatus.NO_CONTENT, null);
        });
    }

    @Operation(
            operationId = "activateGeneration",
            summary = "Activates the building generation, or the previous one again")
    @ApiResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(implementation = ActiveGenerationNumber.class)))
    @PostMapping(REBUILD + "/{generation}/activate")
    ResponseEntity<byte[]> activate(
            Caller caller,
            @PathVariable int generation,
            @Parameter(
                            description = "The value is the name of a read model.",
                            schema = @Schema(defaultValue = Names.STUDY, pattern = "[a-z]{1,20}"),
                            example = "study")
                    @RequestParam(defaultValue = Names.STUDY)
                    String model,
            IdempotentRequest post) {
        requireModel(model);
        return post.runOutsideTransaction(() -> {
            activationCheck
                    .require(model, generation)
                    .ifPresent(record ->
                            auditLog.runRecorded(caller, "projection.activate", model + '/' + generation, () -> {
                                commands.activate(record, generation);
                                return generation;
                            }));
            return UnrenderedAnswer.of(HttpStatus.OK, Map.of("active", generation));
        });
    }

    /** Throws a 400 problem if no read model has this name, so that no audit row contains an invalid name. */
    private void requireModel(String model) {
        if (!commands.exists(model)) {
            throw Problem.invalid("model", MODEL_RULE).toException();
        }
    }

    private String parseModel(String text) {
        if (!commands.exists(text)) {
            throw new IllegalArgumentException(text);
        }
        return text;
    }

    private static boolean parseManual(String text) {
        return switch (text) {
            case "auto" -> false;
            case "manual" -> true;
            default -> throw new IllegalArgumentException(text);
        };
    }
}
