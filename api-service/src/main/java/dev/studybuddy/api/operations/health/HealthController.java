package dev.studybuddy.api.operations.health;

import dev.studybuddy.api.operations.lag.LastSample;
import dev.studybuddy.api.operations.pause.PauseSampler;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.time.Clock;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
final class HealthController {

    private final LastSample sample;
    private final PauseSampler pauses;
    private final Clock clock;

    HealthController(LastSample sample, PauseSampler pauses, Clock clock) {
        this.sample = sample;
        this.pauses = pauses;
        this.clock = clock;
    }

    /** This record documents the answer that states the health. */
    record Health(HealthStatus status) {}

    @Operation(
            operationId = "getHealth",
            summary = "Returns whether the service accepts writes; the request needs no token")
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Health.class)))
    @ApiResponse(
            responseCode = "503",
            description = "The service does not accept writes.",
            content = @Content(schema = @Schema(implementation = Health.class)))
    @GetMapping("/health")
    ResponseEntity<Map<String, HealthStatus>> health() {
        HealthStatus status = HealthStatus.of(sample.get(), pauses.last());
        return ResponseEntity.status(status == HealthStatus.UNHEALTHY ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.OK)
                .body(Map.of("status", status));
    }

    @Operation(
            operationId = "getPipelineHealth",
            summary = "Returns the state of the whole pipeline: databases, outbox, topics and read models")
    @GetMapping("/api/health/sync")
    PipelineHealth sync() {
        return PipelineHealth.of(sample.get(), pauses.last(), clock.instant());
    }
}
