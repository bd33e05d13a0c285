package dev.studybuddy.api.session;

import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.user.OwnerCheck;
import dev.studybuddy.contract.SessionState;
import dev.studybuddy.contract.SessionType;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads and checks the fields of a request that records or changes a study session. */
final class SessionFields {

    private static final int MAX_MINUTES = 1440;
    private static final Duration MAX_AHEAD = Duration.ofMinutes(5);

    private SessionFields() {}

    /** This record only documents the body of the request in the OpenAPI document. */
    record NewSession(
            @Schema(minimum = "1", maximum = "1440", example = "25")
            int minutes,

            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable
            SessionType sessionType,

            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED, maxLength = 60, example = "Math") @Nullable
            String subject,

            @Schema(description = "The time lies at most a year back and five minutes ahead; the default is now.")
            @Nullable
            Instant completedAt) {}

    /** This record only documents the body of the request in the OpenAPI document. */
    record SessionPatch(
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED, minimum = "1", maximum = "1440") @Nullable
            Integer minutes,

            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) @Nullable
            SessionType sessionType,

            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED, maxLength = 60) @Nullable
            String subject,

            @Schema(
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED,
                    description = "The time lies at most a year back and five minutes ahead.")
            @Nullable
            Instant completedAt) {}

    /** This record holds the checked fields of a request. */
    record Values(int minutes, SessionType sessionType, String subject, Instant completedAt) {

        /** Returns the fields of a session that a client may change. */
        static Values of(SessionState session) {
            return new Values(session.minutes(), session.sessionType(), session.subject(), session.completedAt());
        }
    }

    /**
     * Reads the fields of a new session.
     *
     * @param now the time of the request, which replaces an absent completion time and bounds a given one
     */
    static Values parse(JsonBody body, Instant now) {
        int minutes = body.integer("minutes", null, 1, MAX_MINUTES);
        SessionType type = type(body, SessionType.MANUAL);
        String subject = subject(body, "");
        Instant requestedAt = body.optionalInstant("completedAt");
        if (requestedAt != null) {
            checkTime(body, requestedAt, now);
        }
        body.finish();
        return new Values(minutes, type, subject, requestedAt == null ? now : requestedAt);
    }

    /**
     * Returns the session's fields with the patch applied.
     *
     * @param now the time of the request, which bounds a completion time that the patch changes
     */
    static Values applyPatch(JsonBody body, SessionState session, Instant now) {
        int minutes = body.integer("minutes", session.minutes(), 1, MAX_MINUTES);
        SessionType type = type(body, session.sessionType());
        String subject = subject(body, session.subject());
        Instant completedAt = body.instant("completedAt", session.completedAt());
        if (!completedAt.equals(session.completedAt())) {
            checkTime(body, completedAt, now);
        }
        body.finish();
        return new Values(minutes, type, subject, completedAt);
    }

    /** Returns the type with a code, or empty if no type has it. */
    static Optional<SessionType> findType(String code) {
        return Arrays.stream(SessionType.values())
                .filter(type -> type.code().equals(code))
                .findFirst();
    }

    private static SessionType type(JsonBody body, SessionType defaultValue) {
        return body.code(
                "sessionType",
                defaultValue,
                SessionType.MANUAL,
                SessionType::ofCode,
                "must be pomodoro, stopwatch or manual");
    }

    private static String subject(JsonBody body, String defaultValue) {
        String subject = body.optionalText("subject", defaultValue, OwnerCheck.SUBJECT);
        return subject == null ? "" : subject;
    }

    private static void checkTime(JsonBody body, Instant completedAt, Instant now) {
        Instant earliest = now.atOffset(ZoneOffset.UTC).minusYears(1).toInstant();
        if (completedAt.isBefore(earliest) || completedAt.isAfter(now.plus(MAX_AHEAD))) {
            body.fault("completedAt", "must be between one year ago and 5 minutes from now");
        }
    }
}
