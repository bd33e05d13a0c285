package dev.studybuddy.contract;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A user state is the state of a user without the e-mail address.
 *
 * @param timeZone the IANA name of the user's time zone
 * @param showProfile whether other users see this user on the leaderboard
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

    /** Rejects absent fields, so that no reader needs to check for them. */
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
