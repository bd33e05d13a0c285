package dev.studybuddy.api.operations.schema;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Holds the setting of the schemas of events under {@code studybuddy.events}.
 *
 * @param highestSchema The service may write events in schemas up to this one. With a higher value, it writes the newer
 *     schema as soon as every live projector reads it, and never returns to an older one.
 */
@Validated
@ConfigurationProperties("studybuddy.events")
record SchemaProperties(
        @DefaultValue("1") @Min(1) @Max(1000) int highestSchema) {}
