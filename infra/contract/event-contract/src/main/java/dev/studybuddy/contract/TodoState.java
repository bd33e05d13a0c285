package dev.studybuddy.contract;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A todo state is the state of a todo.
 *
 * @param subject the subject, never null; empty if the user gave none
 * @param completedAt the time of completion; null unless the todo is completed
 * @param completedOn the user's local date at the time of completion, fixed when the todo is written; null unless the
 *     todo is completed
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

    /** Rejects absent fields, so that no reader needs to check for them. */
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
