package dev.studybuddy.api.access;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Holds the limits of requests per caller, under {@code studybuddy}. Each instance counts on its own.
 *
 * @param requestsPerSecond Each instance accepts at most this many requests per second from one caller, and answers
 *     each further request with 429. With a greater value, one caller can use more of the service's capacity.
 * @param invalidTokensPerSecond Each instance accepts at most this many invalid tokens per second from one address. For
 *     the rest of the second, it answers each further request with a token from this address with 429, unless the token
 *     was valid in the last five minutes. With a greater value, one address can use more of the service's capacity.
 */
@Validated
@ConfigurationProperties("studybuddy")
record RateLimitProperties(
        @DefaultValue("1000") @Min(1) int requestsPerSecond,
        @DefaultValue("100") @Min(1) int invalidTokensPerSecond) {}
