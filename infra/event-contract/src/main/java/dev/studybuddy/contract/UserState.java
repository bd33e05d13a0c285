package dev.studybuddy.contract;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A user, without the e-mail address.
 *
 * @param timeZone an IANA name
 * @param showProfile whether others see this user on the leaderboard
 */
public record UserState(
        String id,
        String name,
        @Nullable String username,
        @Nullable String avatar,
        String timeZone,
        boolean showProfile,
        long version,
        Instant createdAt,
        Instant updatedAt)
        implements AggregateState {

    /** Absent fields are refused here, so that no reader meets them. */
    public UserState {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(timeZone, "timeZone");
        Objects.requireNonNull(createdAt, "createdAt");
        Objects.requireNonNull(updatedAt, "updatedAt");
    }

    @Override
    public String owner() {
        return id;
    }
}
