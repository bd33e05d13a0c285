package dev.studybuddy.api.operations.generation;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.audit.AdminAuditLog;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.UnrenderedAnswer;
import dev.studybuddy.api.idempotency.IdempotentRequest;
import dev.studybuddy.api.operations.pause.PauseBodies;
import dev.studybuddy.api.operations.pause.PauseBodies.RequestedPause;
import dev.studybuddy.readmodel.Names;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Pauses and resumes read models. */
@RestController
@RequestMapping(path = "/api/admin/projections", produces = MediaType.APPLICATION_JSON_VALUE)
final class ReadModelPauseController {

    private final GenerationCommands commands;
    private final ReadModelPauses pauses;
    private final AdminAuditLog auditLog;

    ReadModelPauseController(GenerationCommands commands, ReadModelPauses pauses, AdminAuditLog auditLog) {
        this.commands = commands;
        this.pauses = pauses;
        this.auditLog = auditLog;
    }

    /**
     * This record describes the body of a pause.
     *
     * @param model the name of a read model; {@code study} by default
     * @param reason the reason that other operators see
     */
    @Schema(name = "ReadModelPause")
    record PauseRequest(
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED, defaultValue = "study", example = "study")
            @Nullable
            String model,

            @Schema(example = "MongoDB is being upgraded.", minLength = 1, maxLength = 500)
            String reason) {}

    /**
     * This record describes the body of a resumption.
     *
     * @param model the name of a read model; {@code study} by default
     */
    @Schema(name = "ReadModelResumption")
    record ResumptionRequest(
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED, defaultValue = "study", example = "study")
            @Nullable
            String model) {}

    /** This record states whether a read model is paused. */
    record ReadModelPauseState(String model, boolean paused) {}

    @Operation(
            operationId = "pauseReadModel",
            summary = "Pauses a read model; its consumers keep their partitions and apply no further records")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = PauseRequest.class)))
    @ApiResponse(
            responseCode = "200",
            description = "The read model is paused. Projectors stop within about two seconds.",
            content = @Content(schema = @Schema(implementation = ReadModelPauseState.class)))
    @PostMapping("/pause")
    ResponseEntity<byte[]> pause(Caller caller, HttpServletRequest request, IdempotentRequest post) {
        RequestedPause pause = PauseBodies.readPause(request, this::model);
        return post.runOutsideTransaction(() -> {
            auditLog.runRecorded(
                    caller,
                    "projecting.pause",
                    pause.name(),
                    () -> pauses.pause(pause.name(), caller.userId(), pause.reason()),
                    began -> Map.of("reason", pause.reason(), "changed", began));
            return UnrenderedAnswer.of(HttpStatus.OK, new ReadModelPauseState(pause.name(), true));
        });
    }

    @Operation(operationId = "resumeReadModel", summary = "Resumes a read model")
    @RequestBody(
            required = false,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = ResumptionRequest.class)))
    @ApiResponse(
            responseCode = "200",
            description = "The read model is not paused. Projectors continue within about two seconds.",
            content = @Content(schema = @Schema(implementation = ReadModelPauseState.class)))
    @PostMapping("/resume")
    ResponseEntity<byte[]> resume(Caller caller, HttpServletRequest request, IdempotentRequest post) {
        String model = PauseBodies.readResumption(request, this::model);
        return post.runOutsideTransaction(() -> {
            auditLog.runRecorded(
                    caller,
                    "projecting.resume",
                    model,
                    () -> pauses.resume(model),
                    resumed -> Map.of("changed", resumed));
            return UnrenderedAnswer.of(HttpStatus.OK, new ReadModelPauseState(model, false));
        });
    }

    private String model(JsonBody body) {
        return body.code(
                "model",
                Names.STUDY,
                Names.STUDY,
                this::parseModel,
                "must be the name of a read model; GET /api/admin/projections lists them");
    }

    private String parseModel(String text) {
        if (!commands.exists(text)) {
            throw new IllegalArgumentException(text);
        }
        return text;
    }
}
