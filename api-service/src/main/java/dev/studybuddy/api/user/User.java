package dev.studybuddy.api.user;

import dev.studybuddy.contract.UserState;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A user, as the table and the API's answers have it: with the e-mail address, which no event carries. */
record User(
        UUID id,
        String email,
        String name,
        @Nullable String username,
        @Nullable String avatar,
        String timeZone,
        boolean showProfile,
        long version,
        Instant createdAt,
        Instant updatedAt) {

    UserState state() {
        return new UserState(
                id.toString(), name, username, avatar, timeZone, showProfile, version, createdAt, updatedAt);
    }
}
