package dev.studybuddy.api.operations.verify;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * This record holds the settings of a verify, under {@code studybuddy.verify}.
 *
 * @param patience A verify waits this long for pending events and for unapplied batches before it reports a difference
 *     as unsettled. A longer patience settles more differences, but a verify takes longer if a publisher or a projector
 *     is down. The patience should exceed the broker's session timeout of consumers, after which another instance takes
 *     over a dead projector's partitions.
 */
@Validated
@ConfigurationProperties("studybuddy.verify")
record VerifyProperties(
        @DefaultValue("60s") @DurationMin(millis = 100) Duration patience) {}
