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
 * Holds the settings under {@code studybuddy} that several packages use. Packages with settings of their own have
 * their own record, for example {@code studybuddy.access}.
 *
 * @param topicPrefix The name of each topic starts with this prefix, as in {@code studybuddy.todo.v1}. All services
 *     must use the same value.
 * @param groupPrefix The name of each consumer group of the projector starts with this prefix, as in
 *     {@code mongo-projector-study-g1}. All services must use the same value.
 * @param topicPartitions Each topic has this number of partitions. All services must use the same value.
 * @param requestDeadline A request that still waits for the database fails with 503 when this time has passed since the
 *     request began. With a longer deadline, requests survive longer stalls and occupy database connections for longer.
 * @param transactionAttempts The service attempts a transaction at most this many times in total if the database
 *     requests a retry (SQLSTATE 40001). With more attempts, fewer conflicts end in 503, and a request in conflict
 *     takes longer.
 * @param requestsPerSecond The service accepts at most this many requests per second from one caller, and answers each
 *     further request with 429. With a greater value, one caller can use more of the service's capacity.
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
