package dev.studybuddy.api.user;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Holds the limits of exports under {@code studybuddy.export}.
 *
 * @param concurrent One instance writes at most this many exports at a time; a further request is answered with 503. A
 *     greater value lets exports use more database connections, which writes then lack.
 */
@Validated
@ConfigurationProperties("studybuddy.export")
record ExportProperties(@DefaultValue("4") @Min(1) @Max(100) int concurrent) {}
