package dev.studybuddy.api.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A filter selects recorded changes. A null component matches every change.
 *
 * @param actor the id of the caller who made the change
 * @param action the name of the change, for example {@code dead-letter.replay}
 * @param target the changed object, as its address in the API names it
 * @param from the earliest time of the change
 * @param to the time before which the change was made
 */
public record AuditFilter(
        @Nullable String actor,
        @Nullable String action,
        @Nullable String target,
        @Nullable Instant from,
        @Nullable Instant to) {}
