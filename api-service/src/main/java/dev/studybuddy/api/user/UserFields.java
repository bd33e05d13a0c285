package dev.studybuddy.api.user;

import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.TextRule;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads and checks the fields of a request that creates or changes a user. */
final class UserFields {

    private static final TextRule ID = TextRule.matching(
            36, "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "must be a UUID in lower case");
    /**
     * The leaderboard shows names to everybody. A filler such as U+3164 is a letter in Unicode, but it is invisible.
     */
    private static final TextRule NAME = TextRule.matching(
            100,
            "(?=.*[\\p{L}\\p{N}\\p{P}\\p{S}&&[^\\u115F\\u1160\\u2800\\u3164\\uFFA0]])"
                    + "[^\\u202A-\\u202E\\u2066-\\u2069]+",
            "must have a visible character and no character that reverses the direction of the text");

    private static final TextRule USERNAME =
            TextRule.matching(30, "[a-z0-9._-]{1,30}", "must consist of lower-case letters, digits, '.', '_' and '-'");
    private static final TextRule AVATAR =
            TextRule.matching(500, "https?://[^\\s/?#]+\\S*", "must be an http or https URL");
    private static final String AVATAR_NOTE =
            "The service does not load the avatar. A page that shows it to other users reveals their IP addresses to"
                    + " the avatar's host, so a frontend should load avatars through a proxy of its own.";
    private static final String UTC = "UTC";

    private UserFields() {}

    /** This record only documents the body of the request in the OpenAPI document. */
    record NewUser(
            @Schema(
                    description = "An admin may choose the id of another user, so that it equals the sub claim of"
                            + " that user's tokens.")
            @Nullable
            UUID id,

            @Schema(
                    format = "email",
                    maxLength = 254,
                    example = "anna@example.org",
                    description = "In mode jwt, the address of the caller's own user must be the verified address of"
                            + " the token, which is also the default.")
            String email,

            @Schema(minLength = 1, maxLength = 100, example = "Anna")
            String name,

            @Schema(maxLength = 30, pattern = "[a-z0-9._-]{1,30}", example = "anna.b") @Nullable
            String username,

            @Schema(
                    maxLength = 500,
                    pattern = "https?://.+",
                    example = "https://example.org/anna.png",
                    description = AVATAR_NOTE)
            @Nullable
            String avatar,

            @Schema(
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED,
                    description = "The value is an IANA name; the default is UTC.",
                    example = "Europe/Vienna")
            @Nullable
            String timeZone,

            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable
            Boolean showProfile) {}

    /** This record only documents the body of the request in the OpenAPI document. */
    record UserPatch(
            @Schema(
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED,
                    format = "email",
                    maxLength = 254,
                    example = "anna@example.org")
            @Nullable
            String email,

            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED, minLength = 1, maxLength = 100, example = "Anna")
            @Nullable
            String name,

            @Schema(maxLength = 30, pattern = "[a-z0-9._-]{1,30}", example = "anna.b") @Nullable
            String username,

            @Schema(
                    maxLength = 500,
                    pattern = "https?://.+",
                    example = "https://example.org/anna.png",
                    description = AVATAR_NOTE)
            @Nullable
            String avatar,

            @Schema(
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED,
                    description = "The value is an IANA name.",
                    example = "Europe/Vienna")
            @Nullable
            String timeZone,

            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable
            Boolean showProfile) {}

    /** Returns the id that the request names, or null if it names none. */
    static @Nullable UUID parseId(JsonBody body) {
        String id = body.optionalText("id", null, ID);
        return id == null || ID.violation(id) != null ? null : UUID.fromString(id);
    }

    /**
     * Returns the first version of the user that the request describes. The caller must call {@link #parseId} first,
     * because the body rejects each field that was not read.
     *
     * @param emails the rule for the address of this user
     */
    static User parseNew(JsonBody body, UUID id, EmailRule emails, Instant now) {
        User created = new User(
                id,
                emails.read(body, null),
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

    /**
     * Returns the user with the patch applied, at the same version.
     *
     * @param emails the rule for the address of this user
     */
    static User applyPatch(JsonBody body, User user, EmailRule emails) {
        User patched = new User(
                user.id(),
                emails.read(body, user.email()),
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

    /**
     * Returns the names of the fields that differ between two versions of a user. The audit records the names only,
     * since it is kept for longer than the data of a deleted user.
     */
    static List<String> namesOfChanged(User before, User after) {
        List<String> names = new ArrayList<>();
        addIfChanged(names, "email", before.email(), after.email());
        addIfChanged(names, "name", before.name(), after.name());
        addIfChanged(names, "username", before.username(), after.username());
        addIfChanged(names, "avatar", before.avatar(), after.avatar());
        addIfChanged(names, "timeZone", before.timeZone(), after.timeZone());
        addIfChanged(names, "showProfile", before.showProfile(), after.showProfile());
        return names;
    }

    private static void addIfChanged(List<String> names, String name, @Nullable Object before, @Nullable Object after) {
        if (!Objects.equals(before, after)) {
            names.add(name);
        }
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
