package dev.studybuddy.api.session;

import dev.studybuddy.api.web.Fields;
import dev.studybuddy.api.web.TextRule;
import dev.studybuddy.contract.SessionType;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** What a request may say about a study session. */
final class SessionFields {

    private static final TextRule SUBJECT = TextRule.length(0, 60);
    private static final int MOST_MINUTES = 1440;
    private static final Duration AHEAD = Duration.ofMinutes(5);

    private SessionFields() {}

    /** For the description of the API. */
    record NewSession(
            int minutes,
            @Nullable SessionType sessionType,
            @Nullable String subject,
            @Nullable Instant completedAt) {}

    /** A session that is asked for, checked. */
    record Wanted(int minutes, SessionType sessionType, String subject, Instant completedAt) {}

    static Wanted created(Fields fields, Instant now) {
        int minutes = fields.integer("minutes", null, 1, MOST_MINUTES);
        SessionType type = fields.code(
                "sessionType",
                SessionType.MANUAL,
                SessionType.MANUAL,
                SessionType::ofCode,
                "must be pomodoro, stopwatch or manual");
        String subject = fields.optionalText("subject", "", SUBJECT);
        Instant asked = fields.optionalInstant("completedAt");
        Instant completedAt = asked == null ? now : asked;
        Instant earliest = now.atOffset(ZoneOffset.UTC).minusYears(1).toInstant();
        if (completedAt.isBefore(earliest) || completedAt.isAfter(now.plus(AHEAD))) {
            fields.fault("completedAt", "must be from one year ago to 5 minutes ahead");
        }
        fields.finish();
        return new Wanted(minutes, type, subject == null ? "" : subject, completedAt);
    }
}
