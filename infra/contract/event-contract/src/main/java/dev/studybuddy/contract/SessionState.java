package dev.studybuddy.contract;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;

/**
 * A session state is the state of a study session, which is always completed.
 *
 * @param subject the subject, never null; empty if the user gave none
 * @param completedOn the user's local date at the time of completion, fixed when the session is written
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

    /** Rejects absent fields, so that no reader needs to check for them. */
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
