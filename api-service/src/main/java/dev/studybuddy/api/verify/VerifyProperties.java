package dev.studybuddy.api.verify;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How a verify looks, under {@code studybuddy.verify}.
 *
 * @param patience how long it waits for what is on its way before it says that it can't tell; longer than the broker's
 *     session timeout of consumers, after which a dead projector's partitions are another's
 */
@Validated
@ConfigurationProperties("studybuddy.verify")
record VerifyProperties(
        @DefaultValue("60s") @DurationMin(millis = 100) Duration patience) {}
