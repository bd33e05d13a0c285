package dev.studybuddy.api.session;

import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.user.OwnerCheck;
import dev.studybuddy.contract.SessionType;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Reads and checks the fields of a request that records a study session. */
final class SessionFields {

    private static final int MAX_MINUTES = 1440;
    private static final Duration MAX_AHEAD = Duration.ofMinutes(5);

    private SessionFields() {}

    /** This record only documents the body of the request in the OpenAPI document. */
    record NewSession(
            int minutes,
            @Nullable SessionType sessionType,
            @Nullable String subject,
            @Nullable Instant completedAt) {}

    /** This record holds the checked fields of a request. */
    record Values(int minutes, SessionType sessionType, String subject, Instant completedAt) {}

    /**
     * Reads the fields of a new session.
     *
     * @param now the time of the request, which replaces an absent completion time and bounds a given one
     */
    static Values parse(JsonBody body, Instant now) {
        int minutes = body.integer("minutes", null, 1, MAX_MINUTES);
        SessionType type = body.code(
                "sessionType",
                SessionType.MANUAL,
                SessionType.MANUAL,
                SessionType::ofCode,
                "must be pomodoro, stopwatch or manual");
        String subject = body.optionalText("subject", "", OwnerCheck.SUBJECT);
        Instant requestedAt = body.optionalInstant("completedAt");
        Instant completedAt = requestedAt == null ? now : requestedAt;
        Instant earliest = now.atOffset(ZoneOffset.UTC).minusYears(1).toInstant();
        if (completedAt.isBefore(earliest) || completedAt.isAfter(now.plus(MAX_AHEAD))) {
            body.fault("completedAt", "must be between one year ago and 5 minutes from now");
        }
        body.finish();
        return new Values(minutes, type, subject == null ? "" : subject, completedAt);
    }
}
