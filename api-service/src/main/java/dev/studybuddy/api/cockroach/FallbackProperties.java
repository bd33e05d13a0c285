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
 * Holds the settings of the reads from CockroachDB that replace reads from MongoDB, under {@code studybuddy.fallback}.
 *
 * @param concurrentReads At most this many reads of one instance that replace reads of MongoDB run on CockroachDB at a
 *     time, each on a connection of a pool of their own. With a greater value, the service answers more requests while
 *     MongoDB is unavailable and uses more of CockroachDB's capacity.
 * @param maxWait A request waits at most this long for the start of its read from CockroachDB, and is then answered
 *     with 503. With a longer wait, the service rejects fewer requests during an outage of MongoDB and answers them
 *     later.
 * @param statementTimeout CockroachDB ends a statement that replaces a read of MongoDB after this time, which must be
 *     shorter than the two seconds after which the driver closes the connection. A longer time permits larger tables
 *     and delays the answer 503.
 * @param cache While MongoDB is unavailable, an instance computes a page that is equal for all callers at most once in
 *     this time. A longer time takes less of CockroachDB's capacity and makes the pages older.
 */
@Validated
@ConfigurationProperties("studybuddy.fallback")
record FallbackProperties(
        @DefaultValue("2") @Min(1) @Max(50) int concurrentReads,
        @DefaultValue("300ms") @DurationMax(seconds = 1) Duration maxWait,

        @DefaultValue("1500ms") @DurationMin(millis = 100) @DurationMax(millis = 1900)
        Duration statementTimeout,

        @DefaultValue("5s") @DurationMin(millis = 1) @DurationMax(minutes = 1)
        Duration cache) {}
