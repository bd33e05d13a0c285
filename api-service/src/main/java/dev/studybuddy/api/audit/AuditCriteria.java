package dev.studybuddy.api.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * These criteria select entries of the audit. A null component matches every entry.
 *
 * @param actor the id of the caller who made the change or the read
 * @param action the name of the change or read, for example {@code dead-letter.replay}
 * @param target the object that was changed or read, for example {@code user/<id>} or the id of a job
 * @param from the earliest time of the change or read
 * @param to the time before which the change or read was made
 */
public record AuditCriteria(
        @Nullable String actor,
        @Nullable String action,
        @Nullable String target,
        @Nullable Instant from,
        @Nullable Instant to) {}
