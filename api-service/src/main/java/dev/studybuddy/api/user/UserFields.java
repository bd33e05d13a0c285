package dev.studybuddy.api.user;

import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.TextRule;
import java.time.Instant;
import java.time.ZoneId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads and checks the fields of a request that creates or changes a user. */
final class UserFields {

    private static final TextRule EMAIL = TextRule.matching(254, "[^@\\s]+@[^@\\s]+", "must be an e-mail address");
    private static final TextRule NAME = TextRule.length(1, 100);
    private static final TextRule USERNAME =
            TextRule.matching(30, "[a-z0-9._-]{1,30}", "must consist of lower-case letters, digits, '.', '_' and '-'");
    private static final TextRule AVATAR =
            TextRule.matching(500, "https?://[^\\s/?#]+\\S*", "must be an http or https URL");
    private static final String UTC = "UTC";

    private UserFields() {}

    /** This record only documents the body of the request in the OpenAPI document. */
    record NewUser(
            String email,
            String name,
            @Nullable String username,
            @Nullable String avatar,
            @Nullable String timeZone,
            @Nullable Boolean showProfile) {}

    /** This record only documents the body of the request in the OpenAPI document. */
    record UserPatch(
            @Nullable String email,
            @Nullable String name,
            @Nullable String username,
            @Nullable String avatar,
            @Nullable String timeZone,
            @Nullable Boolean showProfile) {}

    /** Returns the first version of the user that the request describes. */
    static User parseNew(JsonBody body, UUID id, Instant now) {
        User created = new User(
                id,
                body.text("email", null, EMAIL),
                body.text("name", null, NAME),
                body.optionalText("username", null, USERNAME),
                body.optionalText("avatar", null, AVATAR),
                zone(body, UTC),
                body.bool("showProfile", true),
                1,
                now,
                now);
        body.finish();
        return created;
    }

    /** Returns the user with the patch applied, at the same version. */
    static User applyPatch(JsonBody body, User user) {
        User patched = new User(
                user.id(),
                body.text("email", user.email(), EMAIL),
                body.text("name", user.name(), NAME),
                body.optionalText("username", user.username(), USERNAME),
                body.optionalText("avatar", user.avatar(), AVATAR),
                zone(body, user.timeZone()),
                body.bool("showProfile", user.showProfile()),
                user.version(),
                user.createdAt(),
                user.updatedAt());
        body.finish();
        return patched;
    }

    private static String zone(JsonBody body, String defaultValue) {
        return body.code(
                "timeZone",
                defaultValue,
                UTC,
                UserFields::checkZone,
                "must be an IANA time zone such as Europe/Berlin");
    }

    private static String checkZone(String zone) {
        if (!ZoneId.getAvailableZoneIds().contains(zone)) {
            throw new IllegalArgumentException("the time zone does not exist");
        }
        return zone;
    }
}
