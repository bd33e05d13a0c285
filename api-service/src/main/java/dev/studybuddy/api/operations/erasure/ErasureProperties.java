package dev.studybuddy.api.operations.erasure;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * These properties under {@code studybuddy.erasure} control when personal data is erased.
 *
 * @param interval The personal data of deleted aggregates is erased this long after the previous erasure began. A
 *     longer interval keeps the data for longer and causes less load; it must be at most 30 minutes, so that nothing is
 *     left after an hour.
 */
@Validated
@ConfigurationProperties("studybuddy.erasure")
record ErasureProperties(
        @DefaultValue("5m") @DurationMin(millis = 100) @DurationMax(minutes = 30)
        Duration interval) {}
