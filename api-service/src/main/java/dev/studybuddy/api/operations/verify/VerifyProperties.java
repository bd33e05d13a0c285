package dev.studybuddy.api.operations.verify;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * This record holds the settings of a verify, under {@code studybuddy.verify}.
 *
 * @param settleTimeout A verify waits this long for pending events and for unapplied batches before it reports a
 *     difference as unsettled. With a longer timeout, fewer differences stay unsettled, and a verify takes longer if a
 *     publisher or a projector is down. The timeout should exceed the broker's session timeout of consumers, after
 *     which another instance takes over a crashed projector's partitions.
 * @param nightly If this is true, each read model whose active generation is not broken is verified once a day.
 * @param nightlyHour The daily verify starts in this hour of the day, in UTC, from 0 to 23, or later on the day if no
 *     instance runs in this hour. A verify reads both databases completely, so choose an hour with little load.
 * @param afterChanges If this is true, a verify follows each activation of a generation and each repair, so that the
 *     reported drift rises and falls without an operator.
 */
@Validated
@ConfigurationProperties(value = "studybuddy.verify", ignoreUnknownFields = false)
record VerifyProperties(
        @DefaultValue("60s") @DurationMin(millis = 100) Duration settleTimeout,
        @DefaultValue("true") boolean nightly,
        @DefaultValue("3") @Min(0) @Max(23) int nightlyHour,
        @DefaultValue("true") boolean afterChanges) {}
