package dev.studybuddy.api.operations.status;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Holds the limits of the operators' streams under {@code studybuddy.console}.
 *
 * @param interval An operators' stream sends the state of the pipeline this often. A shorter interval shows a change
 *     sooner and reads the servers more often while a stream is open.
 * @param maxStreams One instance serves at most this many operators' streams at a time; a further request is answered
 *     with 503. A greater value needs more connections of the server. Together with
 *     {@code studybuddy.streams.max-streams}, the value must be below {@code server.tomcat.max-connections}.
 */
@Validated
@ConfigurationProperties("studybuddy.console")
record ConsoleProperties(
        @DefaultValue("2s") @DurationMin(millis = 100) @DurationMax(minutes = 1)
        Duration interval,

        @DefaultValue("50") @Min(1) @Max(10_000) int maxStreams) {}
