package dev.studybuddy.api.deadline;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Holds the limit of a request's waits, under {@code studybuddy}.
 *
 * @param requestDeadline A request that still waits for a server fails with 503 when this time has passed since the
 *     service received its body; a wait that the caller requested does not count. With a longer deadline, requests
 *     succeed despite longer stalls and occupy connections for longer. It must be at least 2 s, so that
 *     a read of MongoDB leaves time for CockroachDB.
 */
@Validated
@ConfigurationProperties("studybuddy")
record DeadlineProperties(
        @DefaultValue("2700ms") @DurationMin(seconds = 2) @DurationMax(seconds = 3)
        Duration requestDeadline) {}
