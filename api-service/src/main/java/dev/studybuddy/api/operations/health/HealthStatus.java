package dev.studybuddy.api.operations.health;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.studybuddy.api.operations.lag.PipelineSample;
import dev.studybuddy.api.operations.pause.Pauses;
import java.util.Locale;

/** A status summarises the health of the whole system. */
public enum HealthStatus {
    /** The system accepts writes, and each write reaches MongoDB soon unless a pause delays it. A pause is no fault. */
    HEALTHY,
    /**
     * The system accepts writes, but something that a write needs to reach MongoDB is unavailable, or a value is above
     * the threshold of its alert.
     */
    DEGRADED,
    /** The system does not accept writes, because CockroachDB is unavailable. */
    UNHEALTHY;

    static HealthStatus of(PipelineSample sample, Pauses paused) {
        if (!sample.writable()) {
            return UNHEALTHY;
        }
        return sample.canDeliverWrites() && AlertThresholds.areRespected(sample, paused) ? HEALTHY : DEGRADED;
    }

    @JsonValue
    String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
