package dev.studybuddy.api.user;

import dev.studybuddy.api.web.Fields;
import dev.studybuddy.api.web.TextRule;
import java.time.Instant;
import java.time.ZoneId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a request may say about a user. */
final class UserFields {

    private static final TextRule EMAIL = TextRule.matching(254, "[^@\\s]+@[^@\\s]+", "must be an e-mail address");
    private static final TextRule NAME = TextRule.length(1, 100);
    private static final TextRule USERNAME =
            TextRule.matching(30, "[a-z0-9._-]{1,30}", "must be of lower-case letters, digits, '.', '_' and '-'");
    private static final TextRule AVATAR =
            TextRule.matching(500, "https?://[^\\s/?#]+\\S*", "must be an http or https URL");
    private static final String UTC = "UTC";

    private UserFields() {}

    /** For the description of the API. */
    record NewUser(
            String email,
            String name,
            @Nullable String username,
            @Nullable String avatar,
            @Nullable String timeZone,
            @Nullable Boolean showProfile) {}

    /** For the description of the API. */
    record UserPatch(
            @Nullable String email,
            @Nullable String name,
            @Nullable String username,
            @Nullable String avatar,
            @Nullable String timeZone,
            @Nullable Boolean showProfile) {}

    static User created(Fields fields, UUID id, Instant now) {
        User created = new User(
                id,
                fields.text("email", null, EMAIL),
                fields.text("name", null, NAME),
                fields.optionalText("username", null, USERNAME),
                fields.optionalText("avatar", null, AVATAR),
                zone(fields, UTC),
                fields.bool("showProfile", true),
                1,
                now,
                now);
        fields.finish();
        return created;
    }

    /** The user as the patch wants it, at the same version. */
    static User patched(Fields fields, User user) {
        User patched = new User(
                user.id(),
                fields.text("email", user.email(), EMAIL),
                fields.text("name", user.name(), NAME),
                fields.optionalText("username", user.username(), USERNAME),
                fields.optionalText("avatar", user.avatar(), AVATAR),
                zone(fields, user.timeZone()),
                fields.bool("showProfile", user.showProfile()),
                user.version(),
                user.createdAt(),
                user.updatedAt());
        fields.finish();
        return patched;
    }

    private static String zone(Fields fields, String otherwise) {
        return fields.code("timeZone", otherwise, UTC, UserFields::known, "must be an IANA time zone");
    }

    private static String known(String zone) {
        if (!ZoneId.getAvailableZoneIds().contains(zone)) {
            throw new IllegalArgumentException("unknown zone");
        }
        return zone;
    }
}
