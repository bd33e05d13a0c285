package dev.studybuddy.api.access;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Holds the limit of requests per caller, under {@code studybuddy}.
 *
 * @param requestsPerSecond The service accepts at most this many requests per second from one caller, and answers each
 *     further request with 429. With a greater value, one caller can use more of the service's capacity.
 */
@Validated
@ConfigurationProperties("studybuddy")
record RateLimitProperties(@DefaultValue("1000") @Min(1) int requestsPerSecond) {}
