package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.bench.http.Answer;
import dev.studybuddy.bench.http.ApiClient;
import dev.studybuddy.contract.EventJson;
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
 * A user who rests while others write: ten minutes on each of five days on end, up to today.
 *
 * @param days the days, today first
 * @param sessions their sessions, by day
 */
record Scholar(String id, Map<String, String> headers, List<LocalDate> days, List<String> sessions) {

    static final int DAYS = 5;
    static final int MINUTES = 10;

    static Scholar on(Stack stack) throws IOException, InterruptedException {
        String id = done(stack.ask(
                        "POST",
                        "/api/users",
                        Map.of("email", UUID.randomUUID() + "@example.org", "name", "Scholar"),
                        Map.of()))
                .text("id");
        Map<String, String> headers = ApiClient.bearer(stack.api().token(id));
        Instant now = Clock.systemUTC().instant();
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        String[] sessions = new String[DAYS];
        for (int back = 0; back < DAYS; back++) {
            Map<String, Object> session = Map.of(
                    "minutes",
                    MINUTES,
                    "subject",
                    "Math",
                    "completedAt",
                    EventJson.text(now.minus(Duration.ofDays(back))));
            sessions[back] =
                    done(stack.ask("POST", "/api/sessions", session, headers)).text("id");
        }
        return new Scholar(
                id, headers, IntStream.range(0, DAYS).mapToObj(today::minusDays).toList(), List.of(sessions));
    }

    private static Answer done(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        return answer;
    }
}
