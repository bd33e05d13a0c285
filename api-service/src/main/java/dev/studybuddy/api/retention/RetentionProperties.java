package dev.studybuddy.api.retention;

import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * These properties under {@code studybuddy.retention} state how long old rows are kept.
 *
 * @param interval One instance removes old rows this long after the previous removal began. A longer interval keeps old
 *     rows for longer and makes each removal larger.
 * @param idempotencyKeys The service keeps the answer of a request with an {@code Idempotency-Key} for this time. A
 *     later repetition of the request is a new request. A longer time needs more storage.
 * @param jobs A finished job is kept for this time. The newest job of each kind and subject, and the newest completed
 *     one, are kept without a limit. A longer time needs more storage.
 * @param deadLetters The record of a dead letter is kept for this time after the dead letter was replayed or discarded.
 *     Its id, state, reason and times are kept without a limit, so that a rebuild does not open it again. A longer time
 *     needs more storage.
 * @param audit A row of the audit is kept for this time. A longer time needs more storage.
 */
@Validated
@ConfigurationProperties("studybuddy.retention")
public record RetentionProperties(
        @DefaultValue("1h") @DurationMin(seconds = 1) Duration interval,
        @DefaultValue("24h") @DurationMin(minutes = 1) Duration idempotencyKeys,
        @DefaultValue("30d") @DurationMin(minutes = 1) Duration jobs,
        @DefaultValue("90d") @DurationMin(minutes = 1) Duration deadLetters,
        @DefaultValue("400d") @DurationMin(minutes = 1) Duration audit) {}
