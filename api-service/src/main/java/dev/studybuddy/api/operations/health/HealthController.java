package dev.studybuddy.api.operations.health;

import dev.studybuddy.api.operations.lag.SyncProbe;
import java.time.Clock;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
final class HealthController {

    private final SyncProbe probe;
    private final Clock clock;

    HealthController(SyncProbe probe, Clock clock) {
        this.probe = probe;
        this.clock = clock;
    }

    @GetMapping("/health")
    ResponseEntity<Map<String, HealthStatus>> health() {
        HealthStatus status = HealthStatus.of(probe.probe());
        return ResponseEntity.status(status == HealthStatus.UNHEALTHY ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.OK)
                .body(Map.of("status", status));
    }

    @GetMapping("/api/health/sync")
    SyncHealth sync() {
        return SyncHealth.of(probe.probe(), clock.instant());
    }
}
