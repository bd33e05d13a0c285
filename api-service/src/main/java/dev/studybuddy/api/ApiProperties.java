package dev.studybuddy.api;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What of this service can be set, under {@code studybuddy}; its other parts have records of their own
 * ({@code studybuddy.access}).
 *
 * @param topicPrefix what stands before {@code todo.v1} in the name of a topic
 * @param groupPrefix what stands before {@code study-g1} in the name of a consumer group
 * @param topicPartitions how many partitions each topic has
 * @param requestDeadline when a request that waits for the database is given up, counted from its begin
 * @param transactionAttempts how often a transaction is tried in all when the database asks for a retry (40001)
 * @param requestsPerSecond what one caller may ask before it gets 429
 */
@Validated
@ConfigurationProperties("studybuddy")
public record ApiProperties(
        @DefaultValue("studybuddy.") @NotBlank String topicPrefix,
        @DefaultValue("mongo-projector-") @NotBlank String groupPrefix,
        @DefaultValue("12") @Min(1) @Max(1000) int topicPartitions,

        @DefaultValue("2700ms") @DurationMin(millis = 500) @DurationMax(seconds = 3)
        Duration requestDeadline,

        @DefaultValue("12") @Min(1) @Max(50) int transactionAttempts,
        @DefaultValue("1000") @Min(1) int requestsPerSecond) {}
