package dev.studybuddy.api.sse;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Holds the limits of the streams of shown versions, and the interval of the comments of all streams, under
 * {@code studybuddy.streams}.
 *
 * @param maxStreams One instance serves at most this many streams of shown versions at a time; a further request is
 *     answered with 503. A greater value needs more connections of the server. Together with
 *     {@code studybuddy.console.max-streams}, the value must be below {@code server.tomcat.max-connections}.
 * @param maxStreamsPerCaller One caller may have at most this many streams of each kind open at one instance; a further
 *     request is answered with 503. With a greater value, one caller can use more of the connections of the server.
 * @param keepAliveInterval A stream sends a comment if it has sent no event for this time. A shorter time detects
 *     closed connections sooner and sends more bytes.
 * @param maxDuration A stream ends after this time, and its client opens another one. A longer time lets a stream
 *     outlive the token of its caller for longer.
 */
@Validated
@ConfigurationProperties("studybuddy.streams")
public record StreamProperties(
        @DefaultValue("500") @Min(1) @Max(100_000) int maxStreams,
        @DefaultValue("10") @Min(1) @Max(1000) int maxStreamsPerCaller,

        @DefaultValue("10s") @DurationMin(millis = 100) @DurationMax(minutes = 1)
        Duration keepAliveInterval,

        @DefaultValue("5m") @DurationMin(seconds = 1) @DurationMax(hours = 1)
        Duration maxDuration) {}
