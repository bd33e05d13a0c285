package dev.studybuddy.contract;

import java.time.Instant;
import java.time.LocalDate;

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

    @Override
    public String owner() {
        return userId;
    }
}
