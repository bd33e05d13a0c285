package dev.studybuddy.contract;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;
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

    /** Absent fields are refused here, so that no reader meets them. */
    public TodoState {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(userId, "userId");
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(difficulty, "difficulty");
        Objects.requireNonNull(createdAt, "createdAt");
        Objects.requireNonNull(updatedAt, "updatedAt");
    }

    @Override
    public String owner() {
        return userId;
    }
}
