package dev.studybuddy.api.health;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.studybuddy.api.lag.SyncState;
import java.util.Locale;

/** How well the whole is. */
enum HealthStatus {
    /** Every write reaches MongoDB. */
    HEALTHY,
    /** Writes are taken; something on their way to MongoDB is away. */
    DEGRADED,
    /** Writes are not taken. */
    UNHEALTHY;

    static HealthStatus of(SyncState state) {
        if (state.outbox() == null) {
            return UNHEALTHY;
        }
        return state.flowing() ? HEALTHY : DEGRADED;
    }

    @JsonValue
    String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
