package dev.studybuddy.api.cockroach;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Holds the limits of a request's transactions, under {@code studybuddy}.
 *
 * @param requestDeadline A request that still waits for a server fails with 503 when this time has passed since the
 *     request began; a wait that the caller requested does not count. With a longer deadline, requests survive longer
 *     stalls and occupy connections for longer.
 * @param transactionAttempts The service attempts a transaction at most this many times in total if the database
 *     requests a retry (SQLSTATE 40001). With more attempts, fewer conflicts end in 503, and a request in conflict
 *     takes longer.
 */
@Validated
@ConfigurationProperties("studybuddy")
record TransactionProperties(
        @DefaultValue("2700ms") @DurationMin(millis = 500) @DurationMax(seconds = 3)
        Duration requestDeadline,

        @DefaultValue("12") @Min(1) @Max(50) int transactionAttempts) {}
