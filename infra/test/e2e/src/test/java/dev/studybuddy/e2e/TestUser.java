package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.contract.EventJson;
import dev.studybuddy.load.http.Answer;
import dev.studybuddy.load.http.ApiClient;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * This user has one session of ten minutes on each of the last five days.
 *
 * @param headers the HTTP headers that authenticate the user
 * @param days the days of the sessions, today first
 * @param sessions the ids of the sessions, in the order of the days
 */
record TestUser(String id, Map<String, String> headers, List<LocalDate> days, List<String> sessions) {

    static final int DAYS = 5;
    static final int MINUTES_PER_DAY = 10;

    static TestUser create(TestStack stack) throws IOException, InterruptedException {
        String id = assertCreated(stack.callWithRetry(
                        "POST",
                        "/api/users",
                        Map.of("email", UUID.randomUUID() + "@example.org", "name", "Test user"),
                        Map.of()))
                .text("id");
        Map<String, String> headers = ApiClient.bearer(stack.api().token(id));
        Instant now = Clock.systemUTC().instant();
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        String[] sessions = new String[DAYS];
        for (int daysAgo = 0; daysAgo < DAYS; daysAgo++) {
            Map<String, Object> session = Map.of(
                    "minutes",
                    MINUTES_PER_DAY,
                    "subject",
                    "Math",
                    "completedAt",
                    EventJson.text(now.minus(Duration.ofDays(daysAgo))));
            sessions[daysAgo] = assertCreated(stack.callWithRetry("POST", "/api/sessions", session, headers))
                    .text("id");
        }
        return new TestUser(
                id, headers, IntStream.range(0, DAYS).mapToObj(today::minusDays).toList(), List.of(sessions));
    }

    private static Answer assertCreated(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        return answer;
    }
}
