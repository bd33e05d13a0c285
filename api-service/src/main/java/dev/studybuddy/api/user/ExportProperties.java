package dev.studybuddy.api.user;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Holds the limits of exports under {@code studybuddy.export}.
 *
 * @param concurrent One instance writes at most this many exports at a time, and at most one for each caller; a further
 *     request is answered with 503. A greater value lets exports use more database connections, which writes then lack.
 * @param maxDuration An export ends after this time even if it is incomplete. A longer time permits larger exports and
 *     slower clients, and a client that reads slowly occupies an export for longer.
 */
@Validated
@ConfigurationProperties("studybuddy.export")
record ExportProperties(
        @DefaultValue("4") @Min(1) @Max(100) int concurrent,

        @DefaultValue("10m") @DurationMin(seconds = 1) @DurationMax(days = 1)
        Duration maxDuration) {}
