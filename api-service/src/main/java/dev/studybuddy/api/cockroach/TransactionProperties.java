package dev.studybuddy.api.cockroach;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Holds the limits of a request's transactions, under {@code studybuddy}.
 *
 * @param transactionAttempts The service attempts a transaction, or a statement outside a transaction, at most this
 *     many times in total after conflicts and lock timeouts (SQLSTATE 40001, 40P01 and 55P03). With more attempts,
 *     fewer conflicts end in 503, and a request in conflict takes longer.
 */
@Validated
@ConfigurationProperties("studybuddy")
record TransactionProperties(
        @DefaultValue("12") @Min(1) @Max(50) int transactionAttempts) {}
