package dev.studybuddy.api.user;

import dev.studybuddy.api.http.PersonalData;
import dev.studybuddy.contract.UserState;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A user has the fields of the table and of the API's answers. They include the e-mail address, which no event carries.
 */
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
        Instant updatedAt)
        implements PersonalData {

    @Override
    public String person() {
        return id.toString();
    }

    UserState state() {
        return new UserState(
                id.toString(), name, username, avatar, timeZone, showProfile, version, createdAt, updatedAt);
    }
}
