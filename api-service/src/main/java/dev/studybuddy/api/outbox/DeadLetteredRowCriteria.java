package dev.studybuddy.api.outbox;

import org.jspecify.annotations.Nullable;

/**
 * These criteria select dead-lettered rows. A null component matches every row.
 *
 * @param type the code of the aggregate type
 * @param reason the reason of the last refused attempt
 * @param aggregateId the id of the aggregate
 * @param cause the reason, in which each number is replaced by {@code #}
 */
public record DeadLetteredRowCriteria(
        @Nullable String type,
        @Nullable String reason,
        @Nullable String aggregateId,
        @Nullable String cause) {}
