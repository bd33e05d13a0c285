package dev.studybuddy.contract;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A todo.
 *
 * @param subject never null; empty where none was given
 * @param completedAt null unless completed
 * @param completedOn the local date of the user at that moment, fixed when written; null unless completed
 */
public record TodoState(
        String id,
        String userId,
        String title,
        String subject,
        Difficulty difficulty,
        int questionsTarget,
        int questionsCompleted,
        boolean completed,
        @Nullable Instant completedAt,
        @Nullable LocalDate completedOn,
        @Nullable LocalDate scheduledFor,
        long version,
        Instant createdAt,
        Instant updatedAt)
        implements AggregateState {

    @Override
    public String owner() {
        return userId;
    }
}
