package dev.studybuddy.api.operations.outbox;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.audit.AdminAuditLog;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.UnrenderedAnswer;
import dev.studybuddy.api.idempotency.IdempotentRequest;
import dev.studybuddy.api.operations.pause.PauseBodies;
import dev.studybuddy.api.operations.pause.PauseBodies.RequestedPause;
import dev.studybuddy.api.outbox.PublishingPauses;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.outbox.OutboxPauses;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Pauses and resumes the publishing of all types or of one type. */
@RestController
@RequestMapping(path = "/api/admin/publishing", produces = MediaType.APPLICATION_JSON_VALUE)
final class TypePauseController {

    private final PublishingPauses pauses;
    private final AdminAuditLog auditLog;

    TypePauseController(PublishingPauses pauses, AdminAuditLog auditLog) {
        this.pauses = pauses;
        this.auditLog = auditLog;
    }

    /**
     * This record describes the body of a pause.
     *
     * @param type the code of a type, or {@code all}
     * @param reason the reason that other operators see
     */
    @Schema(name = "TypePause")
    record PauseRequest(
            @Schema(allowableValues = {"all", "user", "todo", "session"})
            String type,

            @Schema(example = "The topic is being moved to another cluster.", minLength = 1, maxLength = 500)
            String reason) {}

    /**
     * This record describes the body of a resumption.
     *
     * @param type the code of a type, or {@code all}
     */
    @Schema(name = "TypeResumption")
    record ResumptionRequest(
            @Schema(allowableValues = {"all", "user", "todo", "session"})
            String type) {}

    /** This record lists the paused types. */
    @Schema(name = "PausedTypes")
    record PausedTypeList(List<PausedType> paused) {}

    /**
     * This record describes a paused type.
     *
     * @param type the code of the type, or {@code all}
     */
    @Schema(name = "PausedType")
    record PausedType(String type, Instant pausedAt, String pausedBy, String reason) {}

    @Operation(operationId = "listPausedTypes", summary = "Lists the types whose publishing is paused")
    @GetMapping
    PausedTypeList list() {
        return new PausedTypeList(pauses.findAll().stream()
                .map(paused -> new PausedType(paused.name(), paused.at(), paused.by(), paused.reason()))
                .toList());
    }

    @Operation(
            operationId = "pausePublishing",
            summary = "Pauses the publishing of all types or of one type; its events wait in the outbox, and writes"
                    + " continue")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = PauseRequest.class)))
    @ApiResponse(
            responseCode = "200",
            description = "The answer lists the paused types. Publishers stop within about two seconds.",
            content = @Content(schema = @Schema(implementation = PausedTypeList.class)))
    @PostMapping("/pause")
    ResponseEntity<byte[]> pause(Caller caller, HttpServletRequest request, IdempotentRequest post) {
        RequestedPause pause = PauseBodies.readPause(request, TypePauseController::type);
        return post.runInTransaction(() -> {
            if (pauses.pause(pause.name(), caller.userId(), pause.reason())) {
                auditLog.record(
                        caller,
                        "publishing.pause",
                        "publishing/" + nameOf(pause.name()),
                        Map.of("reason", pause.reason()));
            }
            return UnrenderedAnswer.of(HttpStatus.OK, list());
        });
    }

    @Operation(
            operationId = "resumePublishing",
            summary = "Resumes the publishing of all types or of one type; a pause of all types"
                    + " and a pause of one type end separately")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = ResumptionRequest.class)))
    @ApiResponse(
            responseCode = "200",
            description =
                    "The answer lists the types that are still paused. Publishers continue within about two seconds.",
            content = @Content(schema = @Schema(implementation = PausedTypeList.class)))
    @PostMapping("/resume")
    ResponseEntity<byte[]> resume(Caller caller, HttpServletRequest request, IdempotentRequest post) {
        String type = PauseBodies.readResumption(request, TypePauseController::type);
        return post.runInTransaction(() -> {
            if (pauses.resume(type)) {
                auditLog.record(caller, "publishing.resume", "publishing/" + nameOf(type), Map.of());
            }
            return UnrenderedAnswer.of(HttpStatus.OK, list());
        });
    }

    private static String type(JsonBody body) {
        return body.code(
                "type", null, OutboxPauses.ALL, TypePauseController::parse, "must be one of: all, user, todo, session");
    }

    private static String parse(String text) {
        return text.equals(PublishingPauses.ALL_TYPES)
                ? OutboxPauses.ALL
                : AggregateType.ofCode(text)
                        .map(AggregateType::code)
                        .orElseThrow(() -> new IllegalArgumentException(text));
    }

    private static String nameOf(String type) {
        return type.equals(OutboxPauses.ALL) ? PublishingPauses.ALL_TYPES : type;
    }
}
