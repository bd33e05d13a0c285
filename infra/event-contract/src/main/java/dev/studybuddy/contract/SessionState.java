package dev.studybuddy.contract;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;

/**
 * A study session, always completed.
 *
 * @param subject never null; empty where none was given
 * @param completedOn the local date of the user at that moment, fixed when written
 */
public record SessionState(
        String id,
        String userId,
        String subject,
        SessionType sessionType,
        int minutes,
        Instant completedAt,
        LocalDate completedOn,
        long version,
        Instant createdAt,
        Instant updatedAt)
        implements AggregateState {

    /** Absent fields are refused here, so that no reader meets them. */
    public SessionState {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(userId, "userId");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(sessionType, "sessionType");
        Objects.requireNonNull(completedAt, "completedAt");
        Objects.requireNonNull(completedOn, "completedOn");
        Objects.requireNonNull(createdAt, "createdAt");
        Objects.requireNonNull(updatedAt, "updatedAt");
    }

    @Override
    public String owner() {
        return userId;
    }
}
